"""The automatic title of a conversation, and tidy titles in general."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from chatbot.storage.texts import clean_text

MAX_AUTOMATIC_CHARACTERS = 40
MAX_AUTOMATIC_WORDS = 6
MAX_TITLE_CHARACTERS = 200
_LOOKED_AT = 2000
"""Characters of a message that are looked at for its title; a pasted book must not cost anything."""

# Explicit direction marks reach beyond the title and would turn the rest of a list row around.
_DIRECTION_MARKS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_NUMBER_AT_END = re.compile(r" \((\d{1,6})\)$")


def tidy_title(title: str) -> str:
    """``title`` on one line, without control characters and direction marks, at most 200 characters."""
    title = _DIRECTION_MARKS.sub("", clean_text(title[:_LOOKED_AT]))
    visible = "".join(" " if unicodedata.category(c) == "Cc" else c for c in title)
    return _cut(" ".join(visible.split()), MAX_TITLE_CHARACTERS)


def title_from(text: str) -> str:
    """The first words of ``text``: at most 6 words and 40 characters, cut between words; "" if nothing is visible."""
    words = tidy_title(text).split()
    if not any(_is_visible(c) for word in words for c in word):
        return ""
    chosen = words[:1]
    for word in words[1:MAX_AUTOMATIC_WORDS]:
        if len(" ".join([*chosen, word])) > MAX_AUTOMATIC_CHARACTERS:
            break
        chosen.append(word)
    title = _cut(" ".join(chosen), MAX_AUTOMATIC_CHARACTERS)
    was_cut = len(chosen) < len(words) or len(text) > _LOOKED_AT
    return title + "…" if was_cut and not title.endswith("…") else title


def numbered_title(title: str, taken: Collection[str]) -> str:
    """``title`` with the first free number behind it: "Trip" → "Trip (2)" → "Trip (3)"."""
    stem = _NUMBER_AT_END.sub("", title)
    number = 2
    while f"{stem} ({number})" in taken:
        number += 1
    return f"{stem} ({number})"


def _cut(text: str, limit: int) -> str:
    """At most ``limit`` characters, ending with "…" if cut, never between a character and what is joined to it."""
    if len(text) <= limit:
        return text
    end = limit - 1
    while end > 1 and (_joins(text[end]) or text[end - 1] == "\u200d"):
        end -= 1
    return text[:end].rstrip() + "…"


def _joins(character: str) -> bool:
    return character in "\u200d\ufe0f" or unicodedata.category(character) in ("Mn", "Me", "Mc")


def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in ("Cf", "Cc", "Zs", "Mn", "Me", "Co", "Cn")
