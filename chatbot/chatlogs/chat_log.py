"""A log that was read: its report, its messages in order, and its sessions. Holds its messages on disk, not in memory.

Close it (or use it in a ``with`` statement) when it is no longer needed; nothing of it stays behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from chatbot.chatlogs.private_data import ReviewItem, review_items
from chatbot.chatlogs.problems import NeedsAnswer
from chatbot.chatlogs.records import LogMessage, PrivateDataOptions
from chatbot.chatlogs.report import ImportReport
from chatbot.chatlogs.sessions import Session, SessionOptions, TimeSplit, plan_split, sessions
from chatbot.chatlogs.spool import Spool


@dataclass(frozen=True, slots=True)
class LogConversation:
    """One chat of a log."""

    id: str
    title: str
    messages: int
    first_time: float | None
    last_time: float | None


class ChatLog:
    """All messages of an import. Iterating again reads again; two iterations may run side by side."""

    def __init__(self, spool: Spool, report: ImportReport, speakers: list[tuple[str, str]],
                 conversations: dict[int, LogConversation]) -> None:
        """``speakers``: (id, name) by number; ``conversations`` by number, in the order to hand them out."""
        self._spool = spool
        self.report = report
        self._speakers = speakers
        self._conversations = conversations

    def __enter__(self) -> ChatLog:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def conversations(self) -> list[LogConversation]:
        """The chats, the one that began first first."""
        return list(self._conversations.values())

    def speaker_ids(self, name: str) -> list[str]:
        """Ids of everyone with this id or name; without an exact match capitals do not count."""
        present = [(speaker.id, speaker.name) for speaker in self.report.speakers]
        exact = [id for id, shown in present if name in (id, shown)]
        wanted = name.casefold()
        return exact or [id for id, shown in present if wanted in (id.casefold(), shown.casefold())]

    def messages(self, conversation_id: str | None = None) -> Iterator[LogMessage]:
        """Chat by chat, oldest message first; every message has its speaker's id and the id of its chat."""
        for number, conversation in self._conversations.items():
            if conversation_id is None or conversation.id == conversation_id:
                for row in self._spool.messages(number):
                    speaker_id, name = self._speakers[row.speaker]
                    yield LogMessage(row.time, name, row.text, speaker_id, conversation.id, row.weight)

    def sessions(self, options: SessionOptions | None = None) -> Iterator[Session]:
        """Sessions chat by chat. Raises ``NeedsAnswer`` while the report has an open question."""
        if self.report.question is not None:
            raise NeedsAnswer(self.report.question.sentence)
        return sessions(self.messages(), options)

    def split(self, options: SessionOptions | None = None, train: float = 0.8, validation: float = 0.1) -> TimeSplit:
        """A split by time for ``sessions(options)``; see ``plan_split``."""
        return plan_split(self.sessions(options), train, validation)

    def review_list(self, options: PrivateDataOptions | None = None, limit: int = 1000) -> list[ReviewItem]:
        """The first ``limit`` private findings, for the user to look at before training."""
        pairs = ((message.speaker, message.text) for message in self.messages())
        return list(islice(review_items(pairs, options), limit))

    def close(self) -> None:
        """Forget all messages; the report stays."""
        self._spool.close()
