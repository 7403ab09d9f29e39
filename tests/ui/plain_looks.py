"""Puts the application back to a known look and language after a test that changes it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale, QTranslator
from PySide6.QtWidgets import (QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QApplication,
                               QComboBox, QLineEdit, QScrollBar, QWidget)

from chatbot.ui import theme, translations


@pytest.fixture
def plain_looks(qapp: QApplication) -> Iterator[QApplication]:
    """Light, 100 %, English; again after the test."""
    locale = QLocale()
    theme.apply_theme(qapp, "light", 100)
    yield qapp
    speak_english(qapp)
    QLocale.setDefault(locale)
    theme.apply_theme(qapp, "light", 100)


def speak(app: QApplication, language: str) -> None:
    """Show new widgets in ``language``."""
    speak_english(app)
    assert translations.install(app, language) == language


def speak_english(app: QApplication) -> None:
    """Take all translations away."""
    for translator in app.findChildren(QTranslator):
        app.removeTranslator(translator)
        translator.deleteLater()


def nameless(root: QWidget) -> list[str]:
    """Controls below ``root`` that a screen reader could not name."""
    kinds = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit, QAbstractItemView)
    found = []
    for widget in root.findChildren(QWidget):
        is_part = isinstance(widget.parent(), (QAbstractSpinBox, QComboBox, QLineEdit, QAbstractItemView))
        if not isinstance(widget, kinds) or isinstance(widget, QScrollBar) or is_part or _is_inside_view(widget):
            continue
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        if not (widget.accessibleName() or text).strip():
            found.append(f"{type(widget).__name__} {widget.objectName()!r} in {type(widget.parent()).__name__}")
    return found


def _is_inside_view(widget: QWidget) -> bool:
    """Headers, corner buttons and pop-up lists belong to a view or combo box that has a name."""
    parent = widget.parent()
    while parent is not None:
        if isinstance(parent, (QAbstractItemView, QComboBox)):
            return True
        parent = parent.parent()
    return False
