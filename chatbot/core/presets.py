"""Named sets of sampling settings, each with one sentence.

The values are to come from the measurement in ``tests/benchmarks``, which scores each set on the shipped model. Change
them there first. Lengths are never part of a preset: how long a reply may be is another question than how bold it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType

from chatbot.core.sampling import NEUTRAL, Sampling


@dataclass(frozen=True, slots=True)
class Preset:
    """A named set of option values. Options that are not in ``values`` are left as they are."""

    id: str
    label: str
    help: str
    values: Mapping[str, float | int]

    def applied_to(self, sampling: Sampling) -> Sampling:
        """``sampling`` with this preset's values."""
        return replace(sampling, **self.values)

    def matches(self, sampling: Sampling) -> bool:
        """Whether ``sampling`` has all of this preset's values."""
        return all(getattr(sampling, name) == value for name, value in self.values.items())


def _preset(preset_id: str, label: str, sentence: str, **values: float | int) -> Preset:
    """A preset from the options it changes; every other option but the lengths is at its off value."""
    everything = {name: value for name, value in asdict(NEUTRAL).items() if name not in ("min_tokens", "max_tokens")}
    return Preset(preset_id, label, sentence, MappingProxyType(everything | values))


PRESETS: tuple[Preset, ...] = (
    _preset("careful", "Careful", "Stays close to the likeliest words and picks the best of many replies.",
            temperature=0.5, top_p=0.85, repetition_penalty=1.1, repetition_window=64, no_repeat_ngram=3, whole_names=1,
            candidates=24, relevance=0.3),
    _preset("balanced", "Balanced", "Sensible and still varied; a good start.",
            temperature=0.7, top_p=0.92, repetition_penalty=1.1, repetition_window=64, no_repeat_ngram=3, whole_names=1,
            candidates=16, relevance=0.3),
    _preset("lively", "Lively", "More surprising words, still checked against the conversation.",
            temperature=0.9, top_p=0.95, repetition_penalty=1.1, repetition_window=64, no_repeat_ngram=3, whole_names=1,
            candidates=16, relevance=0.25),
    _preset("wild", "Wild", "Anything goes; expect nonsense now and then.",
            temperature=1.25, min_p=0.03, repetition_penalty=1.05, repetition_window=64, no_repeat_ngram=4,
            whole_names=1, candidates=4, relevance=0.1),
    _preset("repeatable", "Repeatable", "Always takes the likeliest word, so the same words get the same reply.",
            temperature=0.0, no_repeat_ngram=3, whole_names=1, seed=0),
    _preset("neutral", "Neutral", "Every option off: the model's own distribution, one reply, no filters."),
)
PRESETS_BY_ID = {preset.id: preset for preset in PRESETS}


def matching_preset(sampling: Sampling) -> Preset | None:
    """The preset whose values ``sampling`` has, or None if it was changed by hand."""
    return next((preset for preset in PRESETS if preset.matches(sampling)), None)
