"""Making any Python string storable without changing what a person sees."""

from __future__ import annotations


def clean_text(text: str) -> str:
    """``text`` without NUL characters, its lone surrogates replaced by U+FFFD; everything else is kept.

    SQLite ends a string at NUL in many of its functions, and a lone surrogate has no UTF-8 form. Two surrogates that
    belong together become the character they stand for.
    """
    if "\0" in text:
        text = text.replace("\0", "")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
