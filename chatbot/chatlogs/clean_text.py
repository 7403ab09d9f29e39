"""Makes text fit to be stored and learned: no control characters, no invisible direction marks, no half characters."""

from __future__ import annotations

import re

TEXT_LIMIT = 20_000
"""Characters of one message; beyond that it is a pasted document."""
NAME_LIMIT = 120

_INVISIBLE = dict.fromkeys([*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0), 0xAD, 0x200B, 0x200E, 0x200F,
                            *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, 0xFFF9, 0xFFFA, 0xFFFB])
_TRANSLATION = {**_INVISIBLE, 0x09: " ", 0x0B: "\n", 0x0C: "\n", 0x85: "\n", 0xA0: " ", 0x2028: "\n", 0x2029: "\n",
                0x202F: " "}
_MANY_NEWLINES = re.compile(r"\n\s*\n\s*\n+")
_SPACES_AT_LINE_END = re.compile(r"[ \t]+(?=\n)")


def clean_text(text: str) -> str:
    """Strip ``text`` and take out what cannot be seen; keeps line breaks, joiners of emoji and of Persian."""
    if text.isprintable():
        return text.strip() if len(text) <= TEXT_LIMIT else text[:TEXT_LIMIT].strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_TRANSLATION)
    text = text.encode("utf-8", "replace").decode("utf-8")
    if "\n" in text:
        text = _MANY_NEWLINES.sub("\n\n", _SPACES_AT_LINE_END.sub("", text))
    return text[:TEXT_LIMIT].strip()


def clean_name(name: str) -> str:
    """One printable line of at most ``NAME_LIMIT`` characters."""
    name = " ".join(clean_text(name).split())
    return name[:NAME_LIMIT].removeprefix("~").strip() or name[:NAME_LIMIT]
