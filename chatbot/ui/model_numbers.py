"""Measured numbers of a model in words: which of them come first, what they are called, and their units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QLocale

_CONTEXT = "ModelNumbers"


class Unit(Enum):
    """How a value is written."""

    PLAIN = "plain"
    WHOLE = "whole"
    SHARE = "share"
    """0 to 1, shown as per cent."""
    CHANGE = "change"
    """Per cent with its sign."""


@dataclass(frozen=True, slots=True)
class ShownNumber:
    """One line of the page. ``is_known`` is False for a number that this program has no words for."""

    label: str
    value: str
    is_known: bool = True


_SINGLE = {
    "card.memory": (QT_TRANSLATE_NOOP("ModelNumbers", "Recalls what it was told"), Unit.SHARE),
    "card.self": (QT_TRANSLATE_NOOP("ModelNumbers", "Sensible answers about itself"), Unit.SHARE),
    "card.knowledge": (QT_TRANSLATE_NOOP("ModelNumbers", "Right answers to tiny knowledge questions"), Unit.SHARE),
    "own.change_percent": (QT_TRANSLATE_NOOP("ModelNumbers", "Perplexity of the person's own messages, change"),
                           Unit.CHANGE),
    "own.change_low_percent": (QT_TRANSLATE_NOOP("ModelNumbers", "Change, lower end of the 95 % interval"),
                               Unit.CHANGE),
    "own.change_high_percent": (QT_TRANSLATE_NOOP("ModelNumbers", "Change, upper end of the 95 % interval"),
                                Unit.CHANGE),
    "base.drift_percent": (QT_TRANSLATE_NOOP("ModelNumbers", "Perplexity of general text, change"), Unit.CHANGE),
    "copied.longest_single_run": (QT_TRANSLATE_NOOP("ModelNumbers", "Longest run copied from one message, words"),
                                  Unit.WHOLE),
    "own.perplexity.before": (QT_TRANSLATE_NOOP("ModelNumbers", "Perplexity per word before"), Unit.PLAIN),
    "own.perplexity.after": (QT_TRANSLATE_NOOP("ModelNumbers", "Perplexity per word after"), Unit.PLAIN),
    "heldout.perplexity": (QT_TRANSLATE_NOOP("ModelNumbers", "Perplexity per word"), Unit.PLAIN),
    "dialogue.mean_words": (QT_TRANSLATE_NOOP("ModelNumbers", "Words per reply"), Unit.PLAIN),
    "dialogue.distinct_2": (QT_TRANSLATE_NOOP("ModelNumbers", "Word pairs that are different ones"), Unit.SHARE),
    "dialogue.distinct_1": (QT_TRANSLATE_NOOP("ModelNumbers", "Words that are different ones"), Unit.SHARE),
    "dialogue.repetition_across": (QT_TRANSLATE_NOOP("ModelNumbers", "Repeated from its earlier replies"), Unit.SHARE),
    "dialogue.repetition_within": (QT_TRANSLATE_NOOP("ModelNumbers", "Repeated within a reply"), Unit.SHARE),
    "dialogue.generic_rate": (QT_TRANSLATE_NOOP("ModelNumbers", "Replies that would fit anything"), Unit.SHARE),
    "own.bits_per_character.before": (QT_TRANSLATE_NOOP("ModelNumbers", "Bits per character before"), Unit.PLAIN),
    "own.bits_per_character.after": (QT_TRANSLATE_NOOP("ModelNumbers", "Bits per character after"), Unit.PLAIN),
    "copied.longest_run": (QT_TRANSLATE_NOOP("ModelNumbers", "Longest run found in the messages, words"), Unit.WHOLE),
    "copied.replies": (QT_TRANSLATE_NOOP("ModelNumbers", "Replies looked through for copied runs"), Unit.WHOLE),
    "dialogue.replies": (QT_TRANSLATE_NOOP("ModelNumbers", "Replies measured"), Unit.WHOLE),
    "dialogue.conversations": (QT_TRANSLATE_NOOP("ModelNumbers", "Conversations measured"), Unit.WHOLE),
}
"""Names that stand for one number."""

_GROUPED = {
    ("heldout", "perplexity"): QT_TRANSLATE_NOOP("ModelNumbers", "Perplexity per word, {0}"),
    ("heldout", "bits_per_byte"): QT_TRANSLATE_NOOP("ModelNumbers", "Bits per byte, {0}"),
    ("heldout_int8", "perplexity"): QT_TRANSLATE_NOOP("ModelNumbers", "Perplexity per word with int8 weights, {0}"),
}
"""First and last word of names that have a kind of text between them."""

_GROUPS = {
    "overall": QT_TRANSLATE_NOOP("ModelNumbers", "all text"),
    "chat": QT_TRANSLATE_NOOP("ModelNumbers", "chats"),
    "wren": QT_TRANSLATE_NOOP("ModelNumbers", "Wren's own dialogues"),
    "bot": QT_TRANSLATE_NOOP("ModelNumbers", "chats with programs"),
    "spoken": QT_TRANSLATE_NOOP("ModelNumbers", "spoken language"),
    "task": QT_TRANSLATE_NOOP("ModelNumbers", "task dialogues"),
    "story": QT_TRANSLATE_NOOP("ModelNumbers", "stories"),
    "fiction": QT_TRANSLATE_NOOP("ModelNumbers", "fiction"),
    "prose": QT_TRANSLATE_NOOP("ModelNumbers", "non-fiction"),
}

_FIRST = ("card.memory", "card.self", "card.knowledge", "own.change_percent", "base.drift_percent",
          "copied.longest_single_run", "own.perplexity.before", "own.perplexity.after", "heldout.overall.perplexity",
          "heldout.chat.perplexity", "heldout.perplexity", "dialogue.mean_words", "dialogue.repetition_across",
          "heldout.overall.bits_per_byte")
"""What a person choosing a model asks first; then the other known numbers, then those nobody has words for."""


def shown_numbers(quality: Iterable[tuple[str, float]]) -> list[ShownNumber]:
    """All numbers, the telling ones first, in the language of the window. Unknown names are shown as they are."""
    by_name = dict(quality)
    order = [name for name in _FIRST if name in by_name]
    others = sorted(by_name.keys() - set(order), key=_rank)
    return [_shown(name, by_name[name]) for name in (*order, *others)]


def _rank(name: str) -> tuple[int, str]:
    places = list(_SINGLE)
    if name in _SINGLE:
        return places.index(name), name
    return len(places) + (_words(name) is None), name


def _shown(name: str, value: float) -> ShownNumber:
    words = _words(name)
    if words is None:
        return ShownNumber(name, _value_text(value, Unit.PLAIN), is_known=False)
    return ShownNumber(words[0], _value_text(value, words[1]))


def _words(name: str) -> tuple[str, Unit] | None:
    """Label and unit of a number; None if this program does not know it."""
    if name in _SINGLE:
        source, unit = _SINGLE[name]
        return _text(source), unit
    first, _, rest = name.partition(".")
    group, _, last = rest.rpartition(".")
    source = _GROUPED.get((first, last))
    if source is None or group not in _GROUPS:
        return None
    return _text(source).format(_text(_GROUPS[group])), Unit.PLAIN


def _value_text(value: float, unit: Unit) -> str:
    locale = QLocale()
    if unit is Unit.WHOLE:
        return locale.toString(round(value))
    if unit is Unit.SHARE:
        return f"{_short(100 * value)} %"
    if unit is Unit.CHANGE:
        sign = "+" if value > 0 else "\u2212" if value < 0 else ""
        return f"{sign}{_short(abs(value))} %"
    return locale.toString(value, "g", 4)


def _short(percent: float) -> str:
    return QLocale().toString(percent, "f", 0 if percent >= 10 else 1)


def _text(source: str) -> str:
    return QCoreApplication.translate(_CONTEXT, source)
