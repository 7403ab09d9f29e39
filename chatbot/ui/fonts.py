"""Fonts: the application font with fallbacks for Chinese and emoji, and a report of what is missing."""

from __future__ import annotations

from PySide6.QtGui import QFont


def application_font(base: QFont, family: str, zoom_percent: int) -> QFont:
    """``base`` in ``family`` (empty: its own) at ``zoom_percent`` of its size, with fallback families."""
    font = QFont(base)
    if base.pointSizeF() > 0:
        font.setPointSizeF(base.pointSizeF() * zoom_percent / 100)
    else:
        font.setPixelSize(round(base.pixelSize() * zoom_percent / 100))
    return font
