"""The sampling settings: one declaration per option, with bounds, off value and help text.

Window, terminal, settings file and tests all read ``OPTIONS``; nothing else knows a bound or a sentence.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, fields, replace


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is drawn and how a reply is chosen. Values outside the bounds are refused by ``checked``."""

    temperature: float = 0.8
    top_k: int = 0
    top_p: float = 0.92
    min_p: float = 0.0
    typical: float = 1.0
    repetition_penalty: float = 1.1
    repetition_window: int = 64
    no_repeat_ngram: int = 3
    whole_names: int = 1
    candidates: int = 16
    relevance: float = 0.3
    min_tokens: int = 4
    max_tokens: int = 60
    seed: int = -1

    def to_json(self) -> str:
        """All values as a JSON object."""
        return json.dumps(asdict(self), sort_keys=True)

    def with_overrides(self, overrides: dict[str, object]) -> tuple[Sampling, list[str]]:
        """Apply option values by name; a bad one is left out and described in the returned list."""
        good: dict[str, object] = {}
        problems: list[str] = []
        for name, value in overrides.items():
            option = OPTIONS_BY_NAME.get(name)
            if option is None:
                problems.append(f"There is no sampling option called {name!r}; it was left out.")
                continue
            checked, problem = option.checked(value)
            if problem:
                problems.append(problem)
            else:
                good[name] = checked
        return replace(self, **good), problems


@dataclass(frozen=True, slots=True)
class SamplingOption:
    """One option: its bounds (inclusive), the step of its slider, the value that switches it off, and its help."""

    name: str
    label: str
    help: str
    minimum: float
    maximum: float
    step: float
    off: float | None
    """The value at which the option does nothing; None if it cannot be switched off."""
    is_integer: bool = False
    start: float | None = None
    """A sensible first value when an option is switched on that is off by default."""

    @property
    def default(self) -> float:
        """The value of a fresh ``Sampling``."""
        return getattr(Sampling(), self.name)

    def checked(self, value: object) -> tuple[float | int, str | None]:
        """Return (value, None) if ``value`` may be used, else (default, one sentence)."""
        bounds = f"between {self.minimum:g} and {self.maximum:g}"
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return self.default, f"{self.label} must be a number {bounds}, not {value!r}; the default is used."
        if not math.isfinite(value):
            return self.default, f"{self.label} must be a number {bounds}, not {value!r}; the default is used."
        if self.is_integer and value != int(value):
            return self.default, f"{self.label} must be a whole number {bounds}, not {value!r}; the default is used."
        if not self.minimum <= value <= self.maximum:
            return self.default, f"{self.label} must be {bounds}, not {value!r}; the default is used."
        return (int(value) if self.is_integer else float(value)), None


OPTIONS: tuple[SamplingOption, ...] = (
    SamplingOption("temperature", "Temperature",
                   "Higher makes surprising words more likely, lower makes the likeliest words likelier still; "
                   "0 always takes the likeliest, 1 leaves the model as it is.",
                   0.0, 2.0, 0.05, 1.0),
    SamplingOption("top_k", "Top-k", "Only this many of the likeliest tokens may be drawn; 0 switches it off.",
                   0, 200, 1, 0, True, start=40),
    SamplingOption("top_p", "Top-p",
                   "Only the likeliest tokens that together reach this probability may be drawn; 1 switches it off.",
                   0.05, 1.0, 0.01, 1.0),
    SamplingOption("min_p", "Min-p",
                   "Leaves out tokens whose probability is below this share of the likeliest token's; "
                   "0 switches it off.",
                   0.0, 0.5, 0.01, 0.0, start=0.05),
    SamplingOption("typical", "Typical",
                   "Keeps the tokens whose surprise is closest to the average surprise, until they together reach "
                   "this probability; 1 switches it off.", 0.05, 1.0, 0.01, 1.0, start=0.95),
    SamplingOption("repetition_penalty", "Repetition penalty",
                   "Makes tokens that were used recently less likely, the more the higher; 1 switches it off.",
                   1.0, 1.5, 0.01, 1.0),
    SamplingOption("repetition_window", "Repetition window",
                   "How many of the latest tokens the repetition penalty looks back on; 0 switches the penalty off.",
                   0, 256, 8, 0, True),
    SamplingOption("no_repeat_ngram", "No-repeat length",
                   "A run of this many tokens may not occur twice in one reply; 0 switches it off.",
                   0, 8, 1, 0, True),
    SamplingOption("whole_names", "Whole names",
                   "A rare word that a reply repeats from the conversation is repeated exactly, neither cut short nor "
                   "drawn out; 0 switches it off.",
                   0, 1, 1, 0, True),
    SamplingOption("candidates", "Candidates",
                   "How many replies are drawn at once, of which the best is shown; 1 shows the first one drawn.",
                   1, 64, 1, 1, True),
    SamplingOption("relevance", "Relevance",
                   "When candidates are ranked, prefers replies that fit this conversation over replies that would "
                   "fit any; 0 switches it off.",
                   0.0, 1.0, 0.05, 0.0),
    SamplingOption("min_tokens", "Shortest reply", "A reply may not end before it has this many tokens; "
                   "0 switches it off.",
                   0, 48, 1, 0, True),
    SamplingOption("max_tokens", "Longest reply", "A reply ends after this many tokens at the latest.",
                   1, 400, 1, None, True),
    SamplingOption("seed", "Seed",
                   "The same seed, settings and conversation give the same reply again; -1 takes a new seed each "
                   "time.",
                   -1, 2**31 - 1, 1, -1, True),
)
OPTIONS_BY_NAME = {option.name: option for option in OPTIONS}
assert set(OPTIONS_BY_NAME) == {f.name for f in fields(Sampling)}

NEUTRAL = Sampling(temperature=1.0, top_k=0, top_p=1.0, min_p=0.0, typical=1.0, repetition_penalty=1.0,
                   repetition_window=0, no_repeat_ngram=0, whole_names=0, candidates=1, relevance=0.0, min_tokens=0,
                   max_tokens=Sampling().max_tokens, seed=-1)
"""Every option at its off value: the model's own distribution."""


class LiveSampling:
    """The sampling settings of a reply that is being written.

    The window replaces ``value`` (an atomic assignment of an immutable object) and the engine reads it at every
    token, so a changed slider applies to the next token without a lock.
    """

    __slots__ = ("value",)

    def __init__(self, value: Sampling) -> None:
        self.value = value
