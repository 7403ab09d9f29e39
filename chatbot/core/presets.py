"""Named sets of sampling settings, each with one sentence.

Careful, balanced, lively and wild differ in temperature and top-p alone; which ones they get was measured on the
shipped model (``bench_presets.py --temperatures`` in ``tests/benchmarks``, by the rule of ``preset_choice.py``).
Lengths are never part of a preset: how long a reply may be is another question than how bold it is.
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


_CHECKED: Mapping[str, float | int] = {"repetition_penalty": 1.1, "repetition_window": 64, "no_repeat_ngram": 3,
                                       "whole_names": 1, "candidates": 16, "relevance": 0.3}

PRESETS: tuple[Preset, ...] = (
    _preset("careful", "Careful", "Stays close to the likeliest words and picks the best of many replies.",
            temperature=0.6, top_p=0.9, **_CHECKED),
    _preset("balanced", "Balanced", "Sensible and still varied; a good start.",
            temperature=0.8, top_p=0.92, **_CHECKED),
    _preset("lively", "Lively", "More surprising words, still checked against the conversation.",
            temperature=0.9, top_p=0.95, **_CHECKED),
    _preset("wild", "Wild", "Anything goes; expect nonsense now and then.",
            temperature=1.2, top_p=0.97, **_CHECKED),
    _preset("repeatable", "Repeatable", "Always takes the likeliest word, so the same words get the same reply.",
            temperature=0.0, no_repeat_ngram=3, whole_names=1, seed=0),
    _preset("neutral", "Neutral", "Every option off: the model's own distribution, one reply, no filters."),
)
PRESETS_BY_ID = {preset.id: preset for preset in PRESETS}


def matching_preset(sampling: Sampling) -> Preset | None:
    """The preset whose values ``sampling`` has, or None if it was changed by hand."""
    return next((preset for preset in PRESETS if preset.matches(sampling)), None)
