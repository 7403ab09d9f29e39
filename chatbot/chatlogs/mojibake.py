"""Repairs UTF-8 that was written byte by byte as Latin-1, and only where that can be proven."""

from __future__ import annotations


def repair_mojibake(text: str) -> str:
    """Return ``text`` with "JosÃ©" turned back into "José"; anything that is not surely mojibake stays as it is.

    Proof: every character stands for one byte, and those bytes are valid UTF-8. Text that was right already has
    either a character beyond one byte, or accents that do not form UTF-8 sequences.
    """
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text
