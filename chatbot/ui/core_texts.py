"""Labels and help sentences that are declared in core, in the language of the window.

Core never translates; it names its English texts, ``sources`` lists them for the translators, and ``core_text`` looks
one up. So a sentence exists once.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from chatbot.core.presets import PRESETS
from chatbot.core.sampling import OPTIONS
from chatbot.settings import Settings, help_text

CONTEXT = "core"


def core_text(source: str) -> str:
    """``source``, a label or sentence of core, in the language of the window."""
    return QCoreApplication.translate(CONTEXT, source)


def sources() -> list[str]:
    """Every English text of core and settings that the window shows."""
    texts = [text for option in OPTIONS for text in (option.label, option.help)]
    texts += [text for preset in PRESETS for text in (preset.label, preset.help)]
    return texts + [help_text(name) for name in Settings.model_fields]
