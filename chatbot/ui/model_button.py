"""The button that says which model writes, and opens the menu to choose another one for this conversation."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QStyle, QStyleOptionToolButton, QStylePainter, QToolButton, QWidget

from chatbot.core.replies import ModelSummary
from chatbot.ui import icons, theme

_PADDING_PX = 6
_LEAST_CHARACTERS = 6
_DEFAULT = ""


class ModelButton(QToolButton):
    """Shortens its text instead of asking for more room. The window fills the menu when ``about_to_open`` comes."""

    about_to_open = Signal()
    model_chosen = Signal(object)
    """(model id; None: the default model)"""
    comparison_wanted = Signal()
    """Two models shall answer the same message."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("header_model")
        self.setProperty("role", "model")
        self.setAutoRaise(True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._whole = ""
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self.about_to_open)
        self._menu.triggered.connect(self._on_triggered)
        self.setMenu(self._menu)

    def show_text(self, text: str) -> None:
        """Show ``text``, as much of it as fits."""
        self._whole = " ".join(text.split())
        self.setAccessibleName(self._whole)
        self.setAccessibleDescription(self.tr("Choose the model of this conversation"))
        self.setToolTip(self._whole + "\n" + self.tr("Choose the model of this conversation") if self._whole else "")
        self.updateGeometry()
        self.update()

    def fill(self, models: Sequence[ModelSummary], shown_id: str, *, has_own: bool, more: QAction) -> None:
        """Offer ``models``, of which ``shown_id`` writes now. ``more`` leads to the page of models."""
        self._menu.clear()
        group = QActionGroup(self._menu)
        for model in models:
            entry = self._menu.addAction(_escaped(self._label(model)))
            entry.setData(model.id)
            entry.setToolTip(self._tip(model))
            entry.setCheckable(True)
            entry.setChecked(model.id == shown_id)
            group.addAction(entry)
        self._menu.addSeparator()
        default = self._menu.addAction(self.tr("Use the default model"))
        default.setData(_DEFAULT)
        default.setEnabled(has_own)
        compare = self._menu.addAction(self.tr("Compare models…"))
        compare.setEnabled(len(models) > 1)
        compare.triggered.connect(self._on_compare_triggered)
        self._menu.addAction(more)

    def _label(self, model: ModelSummary) -> str:
        return self.tr("{0} (personal)").format(model.name) if model.is_personal else model.name

    def _tip(self, model: ModelSummary) -> str:
        if model.is_personal:
            return self.tr("It learned from somebody's messages. Its words are a model's and not that person's.")
        return model.id

    @Slot()
    def _on_compare_triggered(self) -> None:
        self.comparison_wanted.emit()

    @Slot(QAction)
    def _on_triggered(self, entry: QAction) -> None:
        if isinstance(entry.data(), str):
            self.model_chosen.emit(entry.data() or None)

    # size and looks
    def _arrow_px(self) -> int:
        return round(self.fontMetrics().height() * 0.8)

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        around = 2 * theme.scaled(_PADDING_PX) + self._arrow_px() + 2 * theme.scaled(4)
        return QSize(metrics.horizontalAdvance(self._whole) + around, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        least = self.fontMetrics().averageCharWidth() * _LEAST_CHARACTERS + self._arrow_px()
        return QSize(min(hint.width(), least), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        option.text = ""
        option.features &= ~QStyleOptionToolButton.ToolButtonFeature.HasMenu
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)
        self._paint_text(painter)

    def _paint_text(self, painter: QPainter) -> None:
        arrow, padding = self._arrow_px(), theme.scaled(_PADDING_PX)
        room = self.rect().adjusted(padding, 0, -padding, 0)
        text_room = room.adjusted(0, 0, -arrow - theme.scaled(4), 0)
        text = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, text_room.width())
        painter.setPen(theme.colours().muted_text)
        # Left to right in every language: the arrow keeps its side, and so does what it points at.
        painter.drawText(text_room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        rect = QRect(room.right() - arrow, room.center().y() - arrow // 2 + 1, arrow, arrow)
        icons.icon("chevron-down", "muted_text").paint(painter, rect)


def _escaped(text: str) -> str:
    """A menu would take an ampersand for a shortcut."""
    return text.replace("&", "&&")
