"""Why a part of a chat log is not used, in words."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

_CONTEXT = "SkipReasons"
_WORDS = {
    "media": QT_TRANSLATE_NOOP("SkipReasons", "pictures and files"),
    "system": QT_TRANSLATE_NOOP("SkipReasons", "notes of the messenger"),
    "deleted": QT_TRANSLATE_NOOP("SkipReasons", "deleted messages"),
    "bot": QT_TRANSLATE_NOOP("SkipReasons", "messages of bots"),
    "forwarded": QT_TRANSLATE_NOOP("SkipReasons", "forwarded messages"),
    "quoted": QT_TRANSLATE_NOOP("SkipReasons", "quotes"),
    "reaction": QT_TRANSLATE_NOOP("SkipReasons", "reactions"),
    "call": QT_TRANSLATE_NOOP("SkipReasons", "calls"),
    "empty": QT_TRANSLATE_NOOP("SkipReasons", "empty messages"),
    "hidden": QT_TRANSLATE_NOOP("SkipReasons", "hidden parts"),
    "other_version": QT_TRANSLATE_NOOP("SkipReasons", "other versions of a message"),
    "duplicate": QT_TRANSLATE_NOOP("SkipReasons", "messages that were there twice"),
    "malformed": QT_TRANSLATE_NOOP("SkipReasons", "lines that cannot be read"),
}


def skip_reasons() -> dict[str, str]:
    """Words in the language of the window by the reasons of ``chatlogs.records.SkipReason``."""
    return {reason: QCoreApplication.translate(_CONTEXT, words) for reason, words in _WORDS.items()}
