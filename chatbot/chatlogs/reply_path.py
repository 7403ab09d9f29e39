"""Walks a tree of messages from the one shown last up to the first, so that discarded versions stay out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

Key = TypeVar("Key")


def shown_path(parents: Mapping[Key, Key | None], last: Key | None) -> list[Key]:
    """Keys from the first message down to ``last``. A key without an entry, or met twice, ends the walk."""
    path: list[Key] = []
    seen: set[Key] = set()
    key = last
    while key is not None and key in parents and key not in seen:
        seen.add(key)
        path.append(key)
        key = parents[key]
    path.reverse()
    return path
