"""Model packages: their format, verification, the installed ones, catalogues and downloads.

No torch and no Qt here. This is the only room that may open a network connection, and only ``http_client`` does.
"""
