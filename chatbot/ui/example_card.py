"""A card with what was said at one place of a log and the answers to it, each with its author's name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QFrame, QLabel, QSizePolicy, QWidget

from chatbot.ui import theme


class ExampleCard(QFrame):
    """Names in one column, texts that wrap in the other."""

    def __init__(self, rows: Sequence[tuple[str, str]], parent: QWidget | None = None, name_width: int = 0) -> None:
        """``name_width``: pixels that names have at least, so that the texts of several cards stand in one column."""
        super().__init__(parent)
        self.setProperty("role", "card")
        form = QFormLayout(self)
        form.setContentsMargins(*[theme.scaled(12)] * 4)
        form.setHorizontalSpacing(theme.scaled(16))
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for name, text in rows:
            label = QLabel(name, self)
            label.setProperty("role", "muted")
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
            label.setMinimumWidth(name_width)
            form.addRow(label, wrapped_label(text))


def wrapped_label(text: str) -> QLabel:
    """``text`` as it was written, to be read and copied; a dash where there is none."""
    label = QLabel(text or "\u2013")
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return label
