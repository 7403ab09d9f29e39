"""Fonts: the application font with fallbacks for Chinese and emoji, and a report of what is missing."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QFont, QFontDatabase

SMALLEST_READABLE_POINTS = 10.0
"""A bare X server offers 9 points, which is too small for reading a conversation."""
CHINESE_FAMILIES = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei UI",
                    "Microsoft YaHei", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback")
EMOJI_FAMILIES = ("Noto Color Emoji", "Apple Color Emoji", "Segoe UI Emoji", "Twemoji Mozilla", "Twitter Color Emoji",
                  "OpenMoji Color", "JoyPixels", "Noto Emoji", "Symbola")
_EXPECTED = ("Latin", "Simplified Chinese")
_SYSTEM = QFontDatabase.WritingSystem


@dataclass(frozen=True, slots=True)
class FontCoverage:
    """Whether this computer can show one script. ``advice`` is an English sentence, empty if nothing is missing."""

    script: str
    sample: str
    families: tuple[str, ...]
    advice: str
    is_expected: bool
    """Whether the window itself needs the script: its languages, and emoji."""

    @property
    def is_present(self) -> bool:
        """Whether any family was found."""
        return bool(self.families)


_SCRIPTS: tuple[tuple[str, str, QFontDatabase.WritingSystem, str], ...] = (
    ("Latin", "Aa", _SYSTEM.Latin, "Install a font for Latin letters, for example the package fonts-dejavu-core."),
    ("Simplified Chinese", "\u4f60\u597d", _SYSTEM.SimplifiedChinese,
     "Install a font for Chinese, for example the package fonts-noto-cjk."),
    ("Japanese", "\u3053\u3093", _SYSTEM.Japanese,
     "Install a font for Japanese, for example the package fonts-noto-cjk."),
    ("Korean", "\uc548\ub155", _SYSTEM.Korean, "Install a font for Korean, for example the package fonts-noto-cjk."),
    ("Arabic", "\u0645\u0631", _SYSTEM.Arabic,
     "Install a font for Arabic, for example the package fonts-noto-core."),
    ("Hebrew", "\u05e9\u05dc", _SYSTEM.Hebrew, "Install a font for Hebrew, for example the package fonts-noto-core."),
    ("Cyrillic", "\u0416\u0436", _SYSTEM.Cyrillic,
     "Install a font for Cyrillic, for example the package fonts-dejavu-core."),
    ("Devanagari", "\u0928\u092e", _SYSTEM.Devanagari,
     "Install a font for Devanagari, for example the package fonts-noto-core."),
)


def application_font(base: QFont, family: str, zoom_percent: int) -> QFont:
    """``base`` in ``family`` (empty: its own) at ``zoom_percent`` of its size, with fallback families."""
    font = QFont(base)
    installed = set(QFontDatabase.families())
    fallbacks = [each for each in CHINESE_FAMILIES + EMOJI_FAMILIES if each in installed]
    first = [family] if family in installed else base.families() or [base.family()]
    font.setFamilies([*first, *(each for each in fallbacks if each not in first)])
    if base.pointSizeF() > 0:
        font.setPointSizeF(max(SMALLEST_READABLE_POINTS, base.pointSizeF()) * zoom_percent / 100)
    else:
        font.setPixelSize(round(base.pixelSize() * zoom_percent / 100))
    return font


def small(font: QFont, share: float = 0.88) -> QFont:
    """``font`` at ``share`` of its size, for explanations and marks."""
    smaller = QFont(font)
    if font.pointSizeF() > 0:
        smaller.setPointSizeF(font.pointSizeF() * share)
    else:
        smaller.setPixelSize(max(1, round(font.pixelSize() * share)))
    return smaller


def coverage() -> tuple[FontCoverage, ...]:
    """Which scripts this computer can show. Needs a QGuiApplication."""
    found = []
    for script, sample, system, advice in _SCRIPTS:
        families = tuple(QFontDatabase.families(system))
        found.append(FontCoverage(script, sample, families, "" if families else advice,
                                  script in _EXPECTED))
    installed = set(QFontDatabase.families())
    emoji = tuple(each for each in EMOJI_FAMILIES if each in installed)
    advice = "" if emoji else "Install a font for emoji, for example the package fonts-noto-color-emoji."
    found.append(FontCoverage("Emoji", "\U0001f426", emoji, advice, True))
    return tuple(found)
