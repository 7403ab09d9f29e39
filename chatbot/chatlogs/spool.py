"""Keeps the messages of a log in order and on disk, so that a log of any size needs little memory.

The disk part is a private SQLite database without a name: the system removes it when it is closed or the program
ends. Sorting and comparing happen inside SQLite, which lets other threads run meanwhile.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from chatbot.core.errors import ImportProblem

CACHE_KIB = 16_384

_SCHEMA = """
CREATE TABLE message (
    number INTEGER PRIMARY KEY,
    source INTEGER NOT NULL,
    conversation INTEGER NOT NULL,
    speaker INTEGER NOT NULL,
    time REAL,
    place REAL NOT NULL,        -- what to sort by: the time, held still while a clock runs back an hour
    tie INTEGER NOT NULL,       -- order among equal places: the number, negative in a newest-first file
    weight REAL NOT NULL,
    text TEXT NOT NULL
)"""
_INSERT = "INSERT INTO message VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)"
_FETCH_ROWS = 500

Row = tuple[int, int, int, float | None, float, int, float, str]
"""Source, conversation, speaker, time, place, tie, weight, text."""


class SpooledMessage(NamedTuple):
    """One row on its way out; speaker and conversation are the numbers given when it was added."""

    number: int
    conversation: int
    speaker: int
    time: float | None
    weight: float
    text: str


class Spool:
    """Messages by conversation, in time order. May be read from another thread than the one that filled it."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        self._db.execute("PRAGMA temp_store = FILE")
        self._db.execute(_SCHEMA)
        self._db.execute("BEGIN")

    def add(self, rows: list[Row]) -> None:
        """Append rows. Raises ``ImportProblem`` if the disk is full."""
        self._guarded(lambda: self._db.executemany(_INSERT, rows))

    def turn_around(self, source: int) -> None:
        """Equal times of this source stand newest first: turn them."""
        self._guarded(lambda: self._db.execute("UPDATE message SET tie = -tie WHERE source = ?", (source,)))

    def sort(self) -> None:
        """Call once after the last ``add`` and before the first ``messages``."""
        self._guarded(lambda: self._db.execute("CREATE INDEX place ON message (conversation, place, tie)"))

    def count(self) -> int:
        """Messages held."""
        return self._db.execute("SELECT count(*) FROM message").fetchone()[0]

    def shared(self, first_source: int, second_source: int, limit: int) -> int:
        """How many messages two sources have in common (same minute, speaker and text), counted up to ``limit``.

        A message must have some length to count: "ok" is said by everyone at any time.
        """
        query = """SELECT count(*) FROM (
            SELECT 1 FROM message AS a JOIN message AS b ON b.source = ? AND b.speaker = a.speaker
                AND CAST(a.time / 60 AS INTEGER) = CAST(b.time / 60 AS INTEGER) AND b.text = a.text
            WHERE a.source = ? AND length(a.text) > 7 LIMIT ?)"""
        self._db.execute("CREATE INDEX IF NOT EXISTS by_minute "
                         "ON message (source, CAST(time / 60 AS INTEGER), speaker)")
        return self._guarded(lambda: self._db.execute(query, (second_source, first_source, limit)).fetchone())[0]

    def merge(self, conversation: int, into: int) -> None:
        """Make two conversations one."""
        self._guarded(lambda: self._db.execute("UPDATE message SET conversation = ? WHERE conversation = ?",
                                               (into, conversation)))

    def drop_duplicates(self, conversations: list[int]) -> int:
        """Remove from these conversations what an earlier source of the same one has too; says how many.

        What one source holds twice it keeps twice: copy n of a message is compared with copy n elsewhere.
        """
        numbers = ", ".join(str(int(number)) for number in conversations)
        query = f"""DELETE FROM message WHERE number IN (
            SELECT number FROM (
                SELECT number, row_number() OVER (
                    PARTITION BY conversation, minute, speaker, text, copy ORDER BY source) AS place_among_copies
                FROM (SELECT number, conversation, speaker, text, source, CAST(time / 60 AS INTEGER) AS minute,
                        row_number() OVER (PARTITION BY conversation, CAST(time / 60 AS INTEGER), speaker, text, source
                            ORDER BY number) AS copy
                      FROM message WHERE time IS NOT NULL AND conversation IN ({numbers})))
            WHERE place_among_copies > 1)"""
        return self._guarded(lambda: self._db.execute(query)).rowcount

    def counts_by_speaker(self) -> list[tuple[int, int, int, int]]:
        """(speaker, messages, conversations, messages with a weight) for everyone who has a message left."""
        return self._db.execute("SELECT speaker, count(*), count(DISTINCT conversation), sum(weight > 0) FROM message "
                                "GROUP BY speaker").fetchall()

    def conversations(self) -> list[tuple[int, int, float | None, float | None]]:
        """(conversation, messages, first time, last time), in the order of the first time."""
        return self._db.execute("SELECT conversation, count(*), min(time), max(time) FROM message "
                                "GROUP BY conversation ORDER BY min(time), conversation").fetchall()

    def messages(self, conversation: int) -> Iterator[SpooledMessage]:
        """One conversation's messages, oldest first."""
        cursor = self._db.execute("SELECT number, conversation, speaker, time, weight, text FROM message "
                                  "WHERE conversation = ? ORDER BY place, tie", (conversation,))
        while rows := cursor.fetchmany(_FETCH_ROWS):
            yield from map(SpooledMessage._make, rows)

    def close(self) -> None:
        """Forget everything."""
        self._db.close()

    def _guarded(self, action):
        try:
            return action()
        except sqlite3.Error as error:
            raise ImportProblem(f"The messages could not be put aside while reading ({error}); "
                                "make room on the disk and try again.") from error
