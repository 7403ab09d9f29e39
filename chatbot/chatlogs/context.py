"""What a reader tells beside the messages: what it left out and why, names of chats, who "me" is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from chatbot.chatlogs.bundle import Bundle
from chatbot.chatlogs.date_order import DateDecision, DateQuestion
from chatbot.chatlogs.records import ReadOptions, SkipReason

BAD_LINES_KEPT = 5
EXCERPT_CHARS = 80


@dataclass(frozen=True, slots=True)
class BadLine:
    """One of the first entries that could not be read. ``line`` counts from 1; for JSON it is the entry's number."""

    file_name: str
    line: int
    reason: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class ColumnQuestion:
    """Asked when a table's columns cannot be told: which holds the speaker, which the text."""

    columns: tuple[str, ...]
    sample_rows: tuple[tuple[str, ...], ...]

    @property
    def sentence(self) -> str:
        """The question in one sentence."""
        return f"Which column names the speaker and which holds the text? The columns are: {', '.join(self.columns)}."


@dataclass(slots=True)
class ReadContext:
    """One file's tally. A reader counts everything that it reads and does not yield."""

    options: ReadOptions = field(default_factory=ReadOptions)
    file_name: str = ""
    bundle: Bundle | None = None
    """The files that were chosen together with this one."""
    skipped: Counter[str] = field(default_factory=Counter)
    cleaned: Counter[str] = field(default_factory=Counter)
    """What was taken out of messages that are used, such as quotes: kind to number of messages."""
    bad_lines: list[BadLine] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    """Names of chats by ``LogMessage.conversation``."""
    replies: Counter[str] = field(default_factory=Counter)
    """Replies of this program's models by what the user made of them (an ``own_replies.ReplyKind``)."""
    me_votes: Counter[str] = field(default_factory=Counter)
    """Speaker ids that the export itself says are its owner."""
    date_decision: DateDecision | None = None
    question: DateQuestion | ColumnQuestion | None = None

    def skip(self, reason: SkipReason, count: int = 1) -> None:
        """Count entries that are left out."""
        if count:
            self.skipped[reason.value] += count

    def clean(self, what: str) -> None:
        """Count a message of which a part was left out."""
        self.cleaned[what] += 1

    def bad(self, line: int, reason: str, excerpt: object = "") -> None:
        """Count an entry that cannot be read and keep the first few to show."""
        self.skip(SkipReason.MALFORMED)
        if len(self.bad_lines) < BAD_LINES_KEPT:
            shown = "".join(char if char.isprintable() else " " for char in str(excerpt)[:EXCERPT_CHARS])
            self.bad_lines.append(BadLine(self.file_name, line, reason, shown))

    def note(self, sentence: str) -> None:
        """Add a sentence for the user, once."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def decide_dates(self, decision: DateDecision) -> None:
        """Keep how dates are read, and the question if it is open."""
        self.date_decision = decision
        if decision.question is not None:
            self.question = decision.question
