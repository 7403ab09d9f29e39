"""A private chatbot for the desktop: a small recurrent language model in a window."""

__version__ = "0.1.0"
