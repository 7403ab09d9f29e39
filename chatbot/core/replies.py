"""What travels between window and engine: requests one way, small frozen records the other way."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from enum import StrEnum

from chatbot.core.messages import ReplyStatistics, Role
from chatbot.core.sampling import LiveSampling, Sampling


@dataclass(frozen=True, slots=True)
class Turn:
    """One message as the engine sees it. ``message_id`` names the row whose state is to be saved; None: nowhere."""

    role: Role
    text: str
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class ReplyRequest:
    """A wish for one reply.

    ``state`` is the saved hidden state of the nearest ancestor that has one (None: a blank state) and ``turns`` the
    messages after it, oldest first, which the engine feeds before it writes. ``written`` is the beginning of the
    bot's own message when a reply is continued. ``earlier_replies`` are the bot's latest messages on this path, for
    the filter against repetition across turns. ``answers`` is the user's message that is answered, needed where
    ``turns`` do not end with it because ``state`` already holds it; "" if the memory starts at it, since nothing that
    was said before is remembered then. ``stop`` is this request's own flag, made by the sender.
    """

    job_id: int
    model_id: str
    turns: tuple[Turn, ...]
    sampling: LiveSampling
    state: bytes | None = None
    written: str = ""
    earlier_replies: tuple[str, ...] = ()
    reply_message_id: int | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    answers: str = ""

    @property
    def answered(self) -> Turn | None:
        """The user's message that is answered, if it is known."""
        if self.turns:
            return self.turns[-1] if self.turns[-1].role is Role.USER else None
        return Turn(Role.USER, self.answers) if self.answers else None


class EndReason(StrEnum):
    """Why a reply ended."""

    END_OF_TURN = "end_of_turn"
    MAX_TOKENS = "max_tokens"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class ReplyPiece:
    """Some more text of the reply ``job_id``; never half a character."""

    job_id: int
    text: str


@dataclass(frozen=True, slots=True)
class ReplyEnd:
    """The reply is whole. ``text`` is all of it (without ``ReplyRequest.written``).

    ``states`` pairs message ids with the saved state after that message, the reply itself last.
    """

    job_id: int
    text: str
    reason: EndReason
    statistics: ReplyStatistics
    states: tuple[tuple[int, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class DistributionRequest:
    """A wish for the next-token distribution after ``turns`` and ``written`` under ``sampling``."""

    job_id: int
    model_id: str
    turns: tuple[Turn, ...]
    sampling: Sampling
    state: bytes | None = None
    written: str = ""
    count: int = 20


@dataclass(frozen=True, slots=True)
class TokenChance:
    """One token with its probability before and after the sampling settings are applied."""

    text: str
    base: float
    shaped: float


@dataclass(frozen=True, slots=True)
class Distribution:
    """The likeliest next tokens, likeliest first, and the mass that is not listed.

    ``rest`` is the shaped mass and ``entropy_bits`` the entropy of the shaped distribution. ``base_entropy_bits`` is
    the entropy before the settings are applied, and ``cut`` the base mass of all tokens (listed or not) that the
    settings made impossible; None where the engine does not say.
    """

    job_id: int
    chances: tuple[TokenChance, ...]
    rest: float
    entropy_bits: float
    base_entropy_bits: float | None = None
    cut: float | None = None


@dataclass(frozen=True, slots=True)
class SuggestionRequest:
    """A wish for the next words of the user's own message, of which ``text`` is typed so far.

    ``state`` and ``turns`` are what was said before, as in ``ReplyRequest``. The engine looks at ``stop`` at every step
    and takes about ``budget_ms`` at most; what it has read by then it need not read again for the next request.
    """

    job_id: int
    model_id: str
    turns: tuple[Turn, ...]
    text: str
    state: bytes | None = None
    budget_ms: float = 60.0
    stop: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """How the message that begins with ``typed`` may go on: ``text`` follows it directly; '' is no suggestion.

    ``chance`` is the model's probability that the message goes on with exactly these words.
    """

    job_id: int
    typed: str
    text: str = ""
    chance: float = 0.0


@dataclass(frozen=True, slots=True)
class ModelSummary:
    """What the window knows about a loaded or installed model."""

    id: str
    name: str
    parameters: int
    language: str
    license: str
    state_bytes: int
    kernel: str
    """``int8`` or ``float32``: how the weights are multiplied while chatting; "" and 0 ``state_bytes`` of a model that
    is not loaded."""
    is_personal: bool = False
    """Made on this computer from somebody's messages."""
    is_imitation: bool = False
    """A personal model that talks like a person and not as Wren."""
