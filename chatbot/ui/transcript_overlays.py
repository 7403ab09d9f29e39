"""What lies over the transcript: the bar of buttons of one row and the reader of one text, moved with their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QObject, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication

from chatbot.core.messages import Role
from chatbot.ui.chat_model import ChatModel, ChatRow
from chatbot.ui.message_bar import MessageBar
from chatbot.ui.message_delegate import MessageDelegate
from chatbot.ui.message_reader import MessageReader
from chatbot.ui.transcript_layout import is_unwritten

if TYPE_CHECKING:
    from chatbot.ui.transcript_view import TranscriptView


class TranscriptOverlays(QObject):
    """Shows, hides and moves them; tells the delegate what it need not paint."""

    action_wanted = Signal(str, object)
    menu_wanted = Signal(object, object)

    def __init__(self, view: TranscriptView, model: ChatModel, delegate: MessageDelegate) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self._delegate = delegate
        self._hovered_id: int | None = None
        self.reader = MessageReader(view.viewport())
        self.bars = {role: MessageBar(role, view.viewport()) for role in Role}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self.place)
        self.reader.closed.connect(self._on_reader_closed)
        self.reader.menu_wanted.connect(self._on_reader_menu_wanted)
        for bar in self.bars.values():
            bar.action_chosen.connect(self._on_bar_action)
            bar.more_wanted.connect(self._on_bar_more_wanted)

    @Slot()
    def place_soon(self) -> None:
        """Put everything in its place once the view has laid out its rows."""
        self._timer.start()

    def hover(self, message_id: int | None) -> None:
        """The mouse is over this message."""
        if message_id != self._hovered_id:
            self._hovered_id = message_id
            self.place_soon()

    @Slot()
    def place(self) -> None:
        """Put everything in its place now."""
        self._place_reader()
        index = self._target()
        row = self._model.row(index.row()) if index.isValid() else None
        barred_id = row.message.id if row is not None and not is_unwritten(row.message) else None
        if barred_id != self._delegate.barred_id:
            self._delegate.barred_id = barred_id
            self._view.viewport().update()
        for role, bar in self.bars.items():
            bar.setVisible(barred_id is not None and row is not None and row.message.role == role)
        if barred_id is not None and row is not None:
            self._place_bar(index, row)

    def _place_reader(self) -> None:
        if self.reader.row is not None:
            index = self._view.index_of(self.reader.row.message.id)
            if index.isValid():
                layout, origin = self._view.place_of(index)
                self.reader.place(layout.text.translated(origin))

    def _place_bar(self, index: QModelIndex, row: ChatRow) -> None:
        bar = self.bars[row.message.role]
        layout, origin = self._view.place_of(index)
        bar.show_row(row, self._view.actions_of(row.message.id), self._delegate.layout.em(0.95))
        footer = layout.footer.translated(origin)
        own_left = footer.right() - bar.width() - self._delegate.footer_room(row.message)
        left = own_left if row.message.role == Role.USER else footer.left() - 2
        bar.move(left, footer.center().y() - bar.height() // 2)

    def _target(self) -> QModelIndex:
        """The row that shows its buttons: the one under the mouse, else the one the keyboard is on."""
        index = self._view.index_of(self._hovered_id)
        if not index.isValid() and (self._view.hasFocus() or self.is_bar_focused()):
            index = self._view.currentIndex()
        return index

    def is_bar_focused(self) -> bool:
        """Whether the keyboard is on a button of a bar."""
        widget = QApplication.focusWidget()
        return widget is not None and any(bar.isAncestorOf(widget) for bar in self.bars.values())

    # the reader
    def read(self, message_id: int, *, takes_focus: bool = True) -> None:
        """Open the text of a message for selecting."""
        number = self._model.row_of(message_id)
        row = self._model.row(number) if number >= 0 else None
        if row is None or is_unwritten(row.message):
            return
        if self.reader.row is None or self.reader.row.message.id != message_id:
            self.reader.close_reading()
            self._delegate.read_id = message_id
            self.reader.open(row, self._model.author(row.message), self._view.font(), self._delegate.colours().text)
        self.place()
        if takes_focus:
            self.reader.setFocus(Qt.FocusReason.OtherFocusReason)
        self._view.viewport().update()

    def follow(self, row: ChatRow) -> None:
        """A row changed."""
        if self.reader.row is not None and self.reader.row.message.id == row.message.id:
            self.reader.follow(row)
        if self.reader.row is not None or self._delegate.barred_id is not None:
            self.place_soon()

    def drop_lost(self) -> None:
        """Rows came or went."""
        if self.reader.row is not None and self._model.row_of(self.reader.row.message.id) < 0:
            self.reader.close_reading()
        self.place_soon()

    @Slot()
    def _on_reader_closed(self) -> None:
        self._delegate.read_id = None
        self._view.viewport().update()
        if self.reader.hasFocus():
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _on_reader_menu_wanted(self, position: QPoint) -> None:
        if self.reader.row is not None:
            self.menu_wanted.emit(self.reader.row.message.id, position)

    # the bar
    @Slot(str)
    def _on_bar_action(self, action: str) -> None:
        if self._delegate.barred_id is not None:
            self.action_wanted.emit(action, self._delegate.barred_id)

    @Slot()
    def _on_bar_more_wanted(self) -> None:
        if self._delegate.barred_id is not None:
            self.menu_wanted.emit(self._delegate.barred_id, QCursor.pos())
