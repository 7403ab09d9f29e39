"""The vocabulary shared by every room: messages, requests, events, errors, protocols.

Standard library only, so that any room and any test may import it.
"""
