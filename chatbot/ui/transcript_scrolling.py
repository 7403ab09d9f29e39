"""The scroll rule of the transcript: follow new text only while the user is at the end, else stay where one reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QObject, QPoint, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView

from chatbot.ui.chat_model import ChatModel

if TYPE_CHECKING:
    from chatbot.ui.transcript_view import TranscriptView

_LINE_STEPS = 3


class TranscriptScrolling(QObject):
    """Keeps either the end or the first visible message where it is whenever heights change.

    Following begins at the end of a conversation, when a message is sent, and when the user scrolls to the end. It
    ends as soon as the user scrolls up. That a reply begins, grows or ends never begins or ends it.
    """

    state_changed = Signal()
    """Whether it follows, or whether there is unseen text."""
    earlier_wanted = Signal()
    later_wanted = Signal()

    def __init__(self, view: TranscriptView, model: ChatModel) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self._bar = view.verticalScrollBar()
        self.is_following = True
        self.has_new_text = False
        self._anchor: tuple[int, int] | None = None
        """(message id, its distance from the top of the viewport)"""
        self._is_laying_out = False
        self._bar.valueChanged.connect(self._on_value_changed)
        self._bar.rangeChanged.connect(self._on_range_changed)
        self._on_range_changed(self._bar.minimum(), self._bar.maximum())
        model.rowsInserted.connect(self._on_rows_inserted)
        model.dataChanged.connect(self._on_data_changed)

    # what the view tells
    def before_layout(self) -> None:
        """Heights are about to change; positions that Qt corrects meanwhile are not the user's."""
        self._is_laying_out = True

    def after_layout(self) -> None:
        """Heights have changed: go back to where the user was."""
        if self.is_following:
            self._bar.setValue(self._bar.maximum())
        else:
            self._restore_anchor()
        self._is_laying_out = False
        self._remember_anchor()

    def stop_following(self) -> None:
        """The user turned the wheel up."""
        if self._bar.maximum() > self._bar.minimum():
            self._set(False, self.has_new_text)

    # going somewhere
    @Slot()
    def go_to_end(self) -> None:
        """Show the end and follow from now on."""
        self._set(True, False)
        self._bar.setValue(self._bar.maximum())

    def show_row(self, index: QModelIndex) -> None:
        """Bring a row into the middle, or its beginning to the top if it is taller than the view."""
        self._set(False, False)
        is_tall = self._view.visualRect(index).height() > self._view.viewport().height()
        hint = QAbstractItemView.ScrollHint
        self._view.scrollTo(index, hint.PositionAtTop if is_tall else hint.PositionAtCenter)
        self._set(self._is_at_end(), False)
        self._remember_anchor()

    def scroll_page(self, direction: int) -> None:
        """One view height up (-1) or down (1), less a line for orientation."""
        self._bar.setValue(self._bar.value() + direction * (self._bar.pageStep() - self._view.fontMetrics().height()))

    def scroll_inside(self, index: QModelIndex, direction: int) -> bool:
        """Scroll within a message that reaches out of the view in that direction. False: it does not."""
        if not index.isValid():
            return False
        rect, height = self._view.visualRect(index), self._view.viewport().height()
        hidden = rect.bottom() - height if direction > 0 else -rect.top()
        if hidden <= 0 or rect.height() <= height:
            return False
        step = min(hidden, _LINE_STEPS * self._view.fontMetrics().lineSpacing())
        self._bar.setValue(self._bar.value() + direction * step)
        return True

    # what happens
    @Slot(int)
    def _on_value_changed(self, value: int) -> None:
        if self._is_laying_out:
            return
        is_at_end = self._is_at_end()
        self._set(is_at_end, self.has_new_text and not is_at_end)
        self._remember_anchor()
        if self._model.has_later and value >= self._bar.maximum():
            self.later_wanted.emit()
        elif value <= self._bar.minimum() and self._model.has_earlier:
            self.earlier_wanted.emit()

    @Slot(int, int)
    def _on_range_changed(self, minimum: int, maximum: int) -> None:
        self._bar.setEnabled(maximum > minimum)  # the style hides the handle of one that cannot move

    def _is_at_end(self) -> bool:
        return self._bar.value() >= self._bar.maximum() and not self._model.has_later

    @Slot(QModelIndex, int, int)
    def _on_rows_inserted(self, _parent: QModelIndex, _first: int, last: int) -> None:
        if last == self._model.rowCount() - 1 and not self._model.has_later:
            self._note_new_text()

    @Slot(QModelIndex, QModelIndex)
    def _on_data_changed(self, first: QModelIndex, _last: QModelIndex) -> None:
        if self._model.row(first.row()).is_writing:
            self._note_new_text()

    def _note_new_text(self) -> None:
        if not self.is_following:
            self._set(False, True)

    def _set(self, is_following: bool, has_new_text: bool) -> None:
        if (is_following, has_new_text) != (self.is_following, self.has_new_text):
            self.is_following, self.has_new_text = is_following, has_new_text
            self.state_changed.emit()

    # the anchor
    def _remember_anchor(self) -> None:
        index = self._view.indexAt(QPoint(self._view.viewport().width() // 2, 0))
        if index.isValid():
            message_id = self._model.row(index.row()).message.id
            self._anchor = (message_id, self._view.visualRect(index).top())

    def _restore_anchor(self) -> None:
        if self._anchor is None:
            return
        message_id, top = self._anchor
        index = self._view.index_of(message_id)
        if index.isValid():
            self._bar.setValue(self._bar.value() + self._view.visualRect(index).top() - top)
