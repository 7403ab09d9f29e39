"""What is said about a personal model: what is wished, how far it has come, whether it helped; and who does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

from chatbot.core.protocols import SignalLike


class PersonalMode(StrEnum):
    """What is learned from a log."""

    PERSON = "person"
    """Talk like the chosen person."""
    ME = "me"
    """Learn the chosen person's language and topics, and go on speaking as before."""
    INSTANT = "instant"
    """Talk like the chosen person from a memory of the log; nothing is trained."""


class TrainPhase(StrEnum):
    """What a run is busy with, in this order."""

    READING = "reading"
    MEASURING = "measuring"
    TRAINING = "training"
    CHOOSING = "choosing"
    CHECKING = "checking"
    WRITING = "writing"


@dataclass(frozen=True, slots=True)
class Example:
    """A place of the held-out text: what was said before, what the person really wrote, what the models write."""

    before: tuple[str, ...]
    real: str
    base: str
    personal: str


@dataclass(frozen=True, slots=True)
class TrainProgress:
    """How far a run is. Losses are in nats per token; None where there is none yet."""

    phase: TrainPhase
    step: int = 0
    of: int = 0
    loss: float | None = None
    """Of the batches since the last report."""
    held_out_loss: float | None = None
    """On the person's own held-out messages, where this report brings a new value."""
    base_held_out_loss: float | None = None
    """The same before any training."""
    seconds_left: float | None = None
    tokens_per_second: float | None = None
    sample: Example | None = None
    is_paused: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> TrainProgress:
        """Read what ``to_dict`` gave."""
        sample = values.get("sample")
        return cls(**{**values, "phase": TrainPhase(values["phase"]), "sample": _example(sample) if sample else None})


@dataclass(frozen=True, slots=True)
class OwnTextScore:
    """How well a model foresees what the person wrote in the held-out part."""

    perplexity: float
    """Per word; words and punctuation marks, and one end per message."""
    bits_per_character: float


class VerdictCode(StrEnum):
    """What became of it. Only ``HELPED`` leaves a model behind."""

    HELPED = "helped"
    TOO_LITTLE_DATA = "too_little_data"
    NO_GAIN = "no_gain"
    """Held-out text is not foreseen at least 1 % better."""
    NOT_PROVEN = "not_proven"
    """Better on average, but it may be chance."""
    DRIFTED = "drifted"
    """Every step away from the base forgot more than 3 % of it."""
    MEMORISED = "memorised"
    """It recites the log."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement, with the values that a sentence about it needs."""

    code: VerdictCode
    values: Mapping[str, float | int] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_recommended(self) -> bool:
        """Whether the personal model is better than the base and may be used."""
        return self.code is VerdictCode.HELPED


@dataclass(frozen=True, slots=True)
class Memorisation:
    """How much of the log is said again, in words in a row, among ``replies`` sampled ones."""

    replies: int
    longest_run: int
    """The longest run of words that the log holds."""
    longest_copied_run: int
    """The longest one that the log holds in a single message only."""
    copied_text: str = ""
    """That run; shown to the user, never written into the package."""


@dataclass(frozen=True, slots=True)
class PersonalResult:
    """Everything the result page says. Changes are in per cent, less is better: -20 is a fifth less perplexity."""

    mode: PersonalMode
    verdict: Verdict
    messages: int
    own_messages: int
    held_out_messages: int
    """Of the person, never trained on, on which ``before`` and ``after`` are measured."""
    before: OwnTextScore | None = None
    after: OwnTextScore | None = None
    change_percent: float | None = None
    change_low_percent: float | None = None
    change_high_percent: float | None = None
    """A 95 % interval of the change, by a paired bootstrap."""
    drift_percent: float | None = None
    """Change of perplexity on base text; None where there is no base text to measure it on."""
    memorisation: Memorisation | None = None
    examples: tuple[Example, ...] = ()
    step_share: float = 1.0
    """The share of the way from the base weights to the tuned ones that was chosen."""
    steps: int = 0
    seconds: float = 0.0
    seed: int = 0
    blind_examples: tuple[Example, ...] = ()
    """Other places, which the page does not show: for the guessing game. Like all texts never in the package."""

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "verdict"}
        for name in ("before", "after", "memorisation"):
            values[name] = asdict(values[name]) if values[name] is not None else None
        for name in ("examples", "blind_examples"):
            values[name] = [asdict(example) for example in values[name]]
        values["verdict"] = {"code": str(self.verdict.code), "values": dict(self.verdict.values),
                             "is_recommended": self.verdict.is_recommended}
        return values

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> PersonalResult:
        """Read what ``to_dict`` gave."""
        verdict = values["verdict"]
        made: dict[str, Any] = {
            "mode": PersonalMode(values["mode"]),
            "verdict": Verdict(VerdictCode(verdict["code"]), MappingProxyType(dict(verdict["values"]))),
            "examples": tuple(_example(example) for example in values["examples"]),
            "blind_examples": tuple(_example(example) for example in values.get("blind_examples", ()))}
        for name, kind in (("before", OwnTextScore), ("after", OwnTextScore), ("memorisation", Memorisation)):
            made[name] = kind(**values[name]) if values[name] is not None else None
        return cls(**{**values, **made})


@dataclass(frozen=True, slots=True)
class PersonalJob:
    """What the user wants. ``speakers`` are ids or names as the import report lists them; '' as ``base_id`` is the
    model that ships. With ``own_chats`` there are no files: the program's own conversations are learned from, and
    without speakers the user's words in mode ``me``, else the replies that the user liked."""

    files: tuple[Path, ...]
    speakers: tuple[str, ...]
    model_id: str
    title: str
    mode: str = "person"
    base_id: str = ""
    minutes: float = 10.0
    seed: int = 1
    date_order: str | None = None
    names: tuple[str, ...] = ()
    kept_kinds: tuple[str, ...] = ()
    own_chats: bool = False
    until: float | None = None
    """Seconds since the epoch: own chats count as far as they went then. Set when the training begins."""

    def arguments(self) -> list[str]:
        """The arguments of ``chatbot`` that do this job."""
        values = ["personalize", *(str(file) for file in self.files), "--name", self.model_id, "--title", self.title,
                  "--mode", self.mode, "--model", self.base_id, "--minutes", f"{self.minutes:g}",
                  "--seed", str(self.seed)]
        for option, chosen in (("--speaker", self.speakers), ("--name-to-mask", self.names),
                               ("--keep", self.kept_kinds)):
            values += [f"{option}={value}" for value in chosen]
        values += ["--own-chats"] if self.own_chats else []
        return values + ([f"--date-order={self.date_order}"] if self.date_order else [])

    def is_same_work(self, other: PersonalJob) -> bool:
        """Whether both learn the same from the same: a training of one can go on for the other."""
        mine, others = (replace(job, model_id="", title="", minutes=0.0, until=None) for job in (self, other))
        return mine == others

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {**asdict(self), "files": [str(file) for file in self.files]}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> PersonalJob:
        """Read what ``to_dict`` gave, also that of a newer program. Raises KeyError, TypeError or ValueError."""
        known = {field.name for field in fields(cls)}
        made = {name: tuple(value) if isinstance(value, list) else value
                for name, value in values.items() if name in known}
        return cls(**{**made, "files": tuple(Path(file) for file in values["files"])})


@dataclass(frozen=True, slots=True)
class UnfinishedTraining:
    """A training that was stopped and can go on. ``job`` is None if what was wanted is not known any more."""

    model_id: str
    job: PersonalJob | None = None

    @property
    def title(self) -> str:
        """The name of the model in the making."""
        return self.job.title if self.job is not None else self.model_id

    @property
    def can_go_on(self) -> bool:
        """Whether the files it learns from are still where they were. Looks at the disk."""
        return self.job is not None and (self.job.own_chats or bool(self.job.files)) and all(
            file.exists() for file in self.job.files)


@dataclass(frozen=True, slots=True)
class LogOverview:
    """A log that was read: its report (a ``chatlogs.report.ImportReport``) and private findings to review (each a
    ``chatlogs.private_data.ReviewItem``), a few thousand at most. The messages themselves are not kept."""

    files: tuple[Path, ...]
    report: Any
    review: tuple[Any, ...]
    is_own_chats: bool = False
    """Whether this is not a file but the program's own conversations."""


class LogReader(Protocol):
    """Reads chat exports for the window, beside it. Signals arrive in the window's thread."""

    progressed: SignalLike
    """(kilobytes read of the present file, its kilobytes in all)"""
    was_read: SignalLike
    """(LogOverview)"""
    failed: SignalLike
    """(Problem)"""

    def read(self, files: Sequence[Path], date_order: str | None = None, names: Sequence[str] = ()) -> None:
        """Read ``files``; ends what is being read. ``date_order`` answers the question of an earlier report."""
        ...

    def read_own_chats(self, base_id: str = "", names: Sequence[str] = ()) -> None:
        """Read the program's own conversations, as a model made from ``base_id`` would learn from them."""
        ...

    def cancel(self) -> None:
        """End the reading; no answer follows."""
        ...


class PersonalTrainer(Protocol):
    """Makes personal models for the window, beside it. Signals arrive in the window's thread."""

    progressed: SignalLike
    """(TrainProgress)"""
    finished: SignalLike
    """(PersonalResult); the model is installed if its verdict recommends it"""
    stopped: SignalLike
    """() a checkpoint is kept"""
    failed: SignalLike
    """(Problem)"""
    job: PersonalJob | None

    @property
    def is_running(self) -> bool: ...
    def start(self, job: PersonalJob, *, is_fresh: bool = False) -> None:
        """Start, or go on with an unfinished training of this name unless ``is_fresh``."""
        ...
    def pause(self) -> None: ...
    def resume(self) -> None: ...
    def stop(self) -> None: ...
    def give_up(self, model_id: str) -> None:
        """Remove the checkpoint of an unfinished training."""
        ...
    def unfinished(self) -> Sequence[UnfinishedTraining]:
        """Trainings that were stopped and can go on; the one that runs is none of them."""
        ...


def _example(values: dict[str, Any]) -> Example:
    return Example(**{**values, "before": tuple(values["before"])})
