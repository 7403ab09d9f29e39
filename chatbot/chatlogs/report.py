"""What an import tells the user: everything that was read, what became of it, and what is still to be asked."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from chatbot.chatlogs.context import BadLine, ColumnQuestion
from chatbot.chatlogs.date_order import DateQuestion

FEW_MESSAGES = 50


@dataclass(frozen=True, slots=True)
class SpeakerCount:
    """Someone who writes in the log."""

    id: str
    name: str
    messages: int
    conversations: int
    weighty: int | None = None
    """Messages that count when learned from; None: all of them."""

    @property
    def learnable(self) -> int:
        """How many messages there are to learn from."""
        return self.messages if self.weighty is None else self.weighty


@dataclass(frozen=True, slots=True)
class MeSuggestion:
    """Who the owner of the export probably is, and how that is known."""

    speaker_id: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file, archive member or folder entry that was looked at and counted."""

    name: str
    format: str | None
    encoding: str | None = None
    date_order: str | None = None
    is_date_order_proven: bool = False
    read: int = 0
    used: int = 0
    problem: str | None = None
    """One sentence if the file, or the rest of it, could not be read."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The whole import. ``read`` is always ``used`` plus everything in ``skipped``."""

    formats: tuple[str, ...]
    files: tuple[FileReport, ...]
    read: int
    used: int
    skipped: dict[str, int]
    """Reason to number of entries that are not used."""
    cleaned: dict[str, int]
    """Kind to number of used messages from which a part was taken out: quotes, edit marks, attachments."""
    speakers: tuple[SpeakerCount, ...]
    """Most messages first."""
    conversations: int
    first_time: float | None
    """Seconds since the epoch of the oldest used message; None without times or while their order is a question."""
    last_time: float | None
    suggested_me: MeSuggestion | None
    private_data: dict[str, int]
    """Kind to number of findings in used messages."""
    bad_lines: tuple[BadLine, ...]
    notes: tuple[str, ...]
    question: DateQuestion | ColumnQuestion | None
    """Must be answered (through ``ReadOptions``) before the log can be used."""
    ignored_files: int = 0
    """Files of a folder or archive that hold no chat: pictures and the like."""
    replies: dict[str, int] = field(default_factory=dict)
    """In conversations with this program, its replies by what the user made of them: edited, liked, plain, ..."""

    @property
    def format(self) -> str | None:
        """The format's id, ``several`` for a mixture, None if nothing was read."""
        if not self.formats:
            return None
        return self.formats[0] if len(self.formats) == 1 else "several"

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON. Times are ISO 8601; bad lines keep their excerpts, no other text is included."""
        values = asdict(self)
        values["format"] = self.format
        values["date_range"] = [iso_time(self.first_time), iso_time(self.last_time)]
        del values["first_time"], values["last_time"]
        if self.question is not None:
            values["question"]["kind"] = "date_order" if isinstance(self.question, DateQuestion) else "columns"
            values["question"]["sentence"] = self.question.sentence
        return values


def iso_time(seconds: float | None) -> str | None:
    """ISO 8601 to the second, without a zone, since most exports have none."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat(timespec="seconds")


@dataclass(slots=True)
class Notes:
    """Sentences for the user, each once, in the order in which they came up."""

    sentences: list[str] = field(default_factory=list)

    def add(self, *sentences: str) -> None:
        """Append what is not there yet."""
        for sentence in sentences:
            if sentence not in self.sentences:
                self.sentences.append(sentence)

    def add_about_content(self, used: int, speakers: int) -> None:
        """Say what stands in the way of learning from this log."""
        if used == 0:
            self.add("No message that can be used was found; see what was skipped and why.")
        elif speakers == 1:
            self.add("Only one person writes in this log; learning to reply needs at least two.")
        if 0 < used < FEW_MESSAGES:
            self.add(f"There are only {used} messages; learning needs some hundreds, better thousands.")
