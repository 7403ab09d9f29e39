"""The records that leave a reader, and the options that steer one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class LogMessage(NamedTuple):
    """One thing one person wrote. A named tuple, because a log holds a million of them.

    ``time`` is seconds since the epoch; a clock time without a zone is read as if it were UTC. None: the format has
    no times. ``speaker_id`` stays the same when a display name changes; empty: the name is the id. ``conversation``
    is the format's own id of the chat; empty: one chat per file.
    """

    time: float | None
    speaker: str
    text: str
    speaker_id: str = ""
    conversation: str = ""
    weight: float = 1.0
    """How much it should count when learned from; 0: only as what others answered to."""


class SkipReason(StrEnum):
    """Why something that was read is not used."""

    MEDIA = "media"
    SYSTEM = "system"
    DELETED = "deleted"
    BOT = "bot"
    FORWARDED = "forwarded"
    QUOTED = "quoted"
    """A copy of words that also stand at their own place."""
    REACTION = "reaction"
    CALL = "call"
    EMPTY = "empty"
    HIDDEN = "hidden"
    """Not part of the visible talk: tool calls, instructions, thoughts."""
    OTHER_VERSION = "other_version"
    """An edited or discarded version of a message."""
    DUPLICATE = "duplicate"
    """The same message in another export of the same chat."""
    MALFORMED = "malformed"


class DateOrder(StrEnum):
    """In which order a format without its own rule writes day, month and year."""

    DAY_MONTH_YEAR = "dmy"
    MONTH_DAY_YEAR = "mdy"
    YEAR_MONTH_DAY = "ymd"


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a table hold what: a header's name or a 1-based number. None: find out."""

    speaker: str | None = None
    text: str | None = None
    time: str | None = None


@dataclass(frozen=True, slots=True)
class ReadProgress:
    """How far reading has come. ``total_bytes`` is of the files as they lie on the disk."""

    file_name: str
    bytes_read: int
    total_bytes: int
    messages: int


@dataclass(frozen=True, slots=True)
class PrivateDataOptions:
    """Which kinds of private data are masked, and the names list. ``kinds`` None: all of them."""

    kinds: frozenset[str] | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read. Everything has a default; what cannot be known is asked in the report."""

    date_order: DateOrder | None = None
    columns: Columns = field(default_factory=Columns)
    private_data: PrivateDataOptions = field(default_factory=PrivateDataOptions)
    now: float | None = None
    """Seconds since the epoch that count as today (dates after it cannot be right). None: the clock."""
    stop: threading.Event | None = None
    """Set it from another thread to end the reading with ``ReadingStopped``."""
    on_progress: Callable[[ReadProgress], None] | None = None
    """Called about twenty times a second, on the reading thread."""
