"""Refining a finished run: the model answers generated questions and learns which of its answers were right."""
