"""What may be sent, and how much of a message is shown at once."""

from __future__ import annotations

import re
import unicodedata

SHOWN_CHARACTERS = 12_000
"""A longer message is cut in the transcript and can be opened whole: laying out a book on every resize is slow."""
SHOWN_LINES = 300
_ENDLESS_CHARACTERS = 5_000
_ENDLESS_WORD = re.compile(rf"\S{{{_ENDLESS_CHARACTERS}}}")


def is_blank(text: str) -> bool:
    """Whether nothing in ``text`` can be seen: spaces, zero-width and control characters only."""
    return not any(_is_visible(character) for character in text)


def has_endless_word(text: str) -> bool:
    """Whether ``text`` has a run without spaces so long that looking for places to break it takes Qt minutes."""
    return len(text) > _ENDLESS_CHARACTERS and _ENDLESS_WORD.search(text) is not None


def shown_part(text: str) -> tuple[str, bool]:
    """The part of a message the transcript shows, and whether something was left out."""
    end = len(text)
    if end > SHOWN_CHARACTERS:
        end = SHOWN_CHARACTERS
        while end > 1 and unicodedata.combining(text[end]):
            end -= 1
    position = -1
    for _ in range(SHOWN_LINES):
        position = text.find("\n", position + 1, end)
        if position < 0:
            break
    else:
        end = position
    return (text[:end], True) if end < len(text) else (text, False)


def _is_visible(character: str) -> bool:
    return not character.isspace() and unicodedata.category(character) not in ("Cf", "Cc", "Cs", "Mn", "Me", "Zs")
