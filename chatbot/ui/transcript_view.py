"""The transcript: a list of messages with mouse, keyboard and screen reader; scroll rule and overlays have modules."""

from __future__ import annotations

from PySide6 import QtGui
from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (QAccessible, QAccessibleEvent, QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence,
                           QMouseEvent, QResizeEvent, QWheelEvent)
from PySide6.QtWidgets import QAbstractItemView, QApplication, QListView, QWidget

from chatbot.core.messages import Message
from chatbot.ui import message_actions
from chatbot.ui.chat_model import ChatModel
from chatbot.ui.message_actions import Situation, possible_actions
from chatbot.ui.message_delegate import MessageDelegate
from chatbot.ui.transcript_layout import RowLayout, is_unwritten
from chatbot.ui.transcript_overlays import TranscriptOverlays
from chatbot.ui.transcript_scrolling import TranscriptScrolling

DOTS_INTERVAL_MS = 350


class TranscriptView(QListView):
    """Shows a ``ChatModel``; wishes leave as ``action_wanted(action, message id)``."""

    action_wanted = Signal(str, object)
    menu_wanted = Signal(object, object)
    """(message id, global position)"""
    typed = Signal(str)
    """Text typed while the transcript had the focus: it belongs in the composer."""

    zoom_wanted = Signal(int)
    """1: larger, -1: smaller"""

    def __init__(self, model: ChatModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.is_busy = False
        self._is_selecting = False
        self._may_move_dots = True
        self._setup_view()
        self.delegate = MessageDelegate(self, model)
        self.setItemDelegate(self.delegate)
        self.overlays = TranscriptOverlays(self, model, self.delegate)
        self._dots_timer = QTimer(self)
        self._dots_timer.setInterval(DOTS_INTERVAL_MS)
        self.setModel(model)
        self.scrolling = TranscriptScrolling(self, model)
        self._connect(model)

    def _setup_view(self) -> None:
        self.setAccessibleName(self.tr("Conversation"))
        self.setObjectName("transcript")
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Always there: a bar that comes and goes changes the width, and with it every height.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setAutoScroll(False)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)

    def _connect(self, model: ChatModel) -> None:
        self._dots_timer.timeout.connect(self._on_dots_time)
        for signal in (model.rowsInserted, model.rowsRemoved, model.modelReset):
            signal.connect(self._on_rows_changed)
        model.dataChanged.connect(self._on_data_changed)
        self.verticalScrollBar().valueChanged.connect(self.overlays.place_soon)
        self.overlays.action_wanted.connect(self.action_wanted)
        self.overlays.menu_wanted.connect(self.menu_wanted)

    # what is shown specially
    def set_busy(self, is_busy: bool) -> None:
        """Whether a reply of this conversation is being written: some actions have to wait."""
        self.is_busy = is_busy
        self.overlays.place_soon()

    def set_look(self, *, are_times_shown: bool, are_statistics_shown: bool, may_move: bool) -> None:
        """What the user wants to see above messages, and whether waiting may be shown by moving dots."""
        self.delegate.are_times_shown = are_times_shown
        self.delegate.are_statistics_shown = are_statistics_shown
        self._may_move_dots = may_move
        self.viewport().update()

    def mark_edited(self, message_id: int | None) -> None:
        """Outline the message that is being edited in the composer."""
        self.delegate.edited_id = message_id
        self.viewport().update()

    def show_found(self, message_id: int, query: str) -> None:
        """Scroll to a message and highlight the words of ``query`` in it."""
        self.overlays.reader.close_reading()
        self.delegate.found_id = message_id
        self.delegate.found_words = tuple(query.split())
        index = self.index_of(message_id)
        self.setCurrentIndex(index)
        self.scrolling.show_row(index)
        self.viewport().update()

    def clear_found(self) -> None:
        """Take the highlight away."""
        if self.delegate.found_id is not None:
            self.delegate.found_id = None
            self.viewport().update()

    def announce(self, message: Message) -> None:
        """Let a screen reader say a finished reply, once."""
        if hasattr(QtGui, "QAccessibleAnnouncementEvent") and message.text:  # since Qt 6.8
            text = self.tr("{0}: {1}").format(self._model.author(message), message.text)
            QAccessible.updateAccessibility(QtGui.QAccessibleAnnouncementEvent(self, text))

    # asking
    def index_of(self, message_id: int | None) -> QModelIndex:
        """The index of a message, invalid if it is not in the window of rows."""
        number = self._model.row_of(message_id)
        return self._model.index(number) if number >= 0 else QModelIndex()

    @property
    def current_id(self) -> int | None:
        """The message the keyboard is on."""
        index = self.currentIndex()
        return self._model.row(index.row()).message.id if index.isValid() else None

    def actions_of(self, message_id: int | None) -> frozenset[str]:
        """What can be done with a message now."""
        number = self._model.row_of(message_id)
        if number < 0:
            return frozenset()
        is_last = number == len(self._model.rows) - 1 and not self._model.has_later
        is_cut = self.delegate.layout_of(number, self.viewport().width()).is_cut
        return possible_actions(self._model.row(number), Situation(self.is_busy, is_last, is_cut))

    def place_of(self, index: QModelIndex) -> tuple[RowLayout, QPoint]:
        """The layout of a row and where its top left corner is now."""
        return self.delegate.layout_of(index.row(), self.viewport().width()), self.visualRect(index).topLeft()

    def read(self, message_id: int | None) -> None:
        """Open the text of a message for selecting, by keyboard or mouse."""
        if message_id is not None:
            self.overlays.read(message_id)

    def copy_text(self, message_id: int) -> None:
        """Put a message on the clipboard: what is selected of it, else all of it."""
        reader = self.overlays.reader
        is_read = reader.row is not None and reader.row.message.id == message_id
        text = reader.selected_text if is_read else ""
        message = self._model.message(message_id)
        if text or message is not None:
            QGuiApplication.clipboard().setText(text or message.text)

    # model
    @Slot()
    def _on_rows_changed(self) -> None:
        self.overlays.drop_lost()
        self._watch_dots()

    @Slot(QModelIndex, QModelIndex)
    def _on_data_changed(self, first: QModelIndex, _last: QModelIndex) -> None:
        self.overlays.follow(self._model.row(first.row()))
        self._watch_dots()

    def _watch_dots(self) -> None:
        is_waiting = bool(self._model.rows) and is_unwritten(self._model.rows[-1].message)
        if not is_waiting or not self._may_move_dots:
            self._dots_timer.stop()
        elif not self._dots_timer.isActive():
            self._dots_timer.start()

    @Slot()
    def _on_dots_time(self) -> None:
        self.delegate.dots += 1
        if self._model.rows:
            self.viewport().update(self.visualRect(self._model.index(len(self._model.rows) - 1)))

    # layout
    def doItemsLayout(self) -> None:
        scrolling = getattr(self, "scrolling", None)  # Qt lays out while this object is still being made
        if scrolling is None:
            super().doItemsLayout()
            return
        scrolling.before_layout()
        super().doItemsLayout()
        scrolling.after_layout()
        self.overlays.place_soon()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.scrolling.before_layout()
        super().resizeEvent(event)
        self.doItemsLayout()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and hasattr(self, "scrolling"):
            self.delegate.layout.set_font(self.font())
            self.overlays.reader.close_reading()
            self.scheduleDelayedItemsLayout()

    # mouse
    def mousePressEvent(self, event: QMouseEvent) -> None:
        position = event.position().toPoint()
        index = self.indexAt(position)
        if event.button() == Qt.MouseButton.LeftButton:
            self.overlays.reader.close_reading()
            self.clear_found()
            if index.isValid() and self._part_at(index, position) == "text":
                self.setCurrentIndex(index)
                self.read(self.current_id)
                self._is_selecting = self.overlays.reader.row is not None
                self._forward(event)
                return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._is_selecting:
            self._forward(event)
            return
        position = event.position().toPoint()
        index = self.indexAt(position)
        self.overlays.hover(self._model.row(index.row()).message.id if index.isValid() else None)
        shape = {"text": Qt.CursorShape.IBeamCursor, "note": Qt.CursorShape.PointingHandCursor}
        part = self._part_at(index, position) if index.isValid() else ""
        self.viewport().setCursor(shape.get(part, Qt.CursorShape.ArrowCursor))
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._is_selecting:
            self._is_selecting = False
            self._forward(event)
            return
        position = event.position().toPoint()
        index = self.indexAt(position)
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            layout, _ = self.place_of(index)
            if layout.note_action and self._part_at(index, position) == "note":
                self.action_wanted.emit(layout.note_action, layout.row.message.id)
        super().mouseReleaseEvent(event)

    def _forward(self, event: QMouseEvent) -> None:
        """Let the reader see a mouse event that this view received."""
        target = self.overlays.reader.viewport()
        position = target.mapFromGlobal(event.globalPosition())
        QApplication.sendEvent(target, QMouseEvent(event.type(), position, event.globalPosition(), event.button(),
                                                   event.buttons(), event.modifiers()))

    def _part_at(self, index: QModelIndex, position: QPoint) -> str:
        layout, origin = self.place_of(index)
        inside = position - origin
        if layout.text.contains(inside) and not is_unwritten(layout.row.message):
            return "text"
        return "note" if layout.note is not None and layout.note.contains(inside) else ""

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.overlays.hover(None)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index, position = self.currentIndex(), event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            index = self.indexAt(event.pos())
        elif index.isValid():
            position = self.viewport().mapToGlobal(self.visualRect(index).center())
        if index.isValid():
            self.menu_wanted.emit(self._model.row(index.row()).message.id, position)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_wanted.emit(1 if event.angleDelta().y() > 0 else -1)
            return
        if event.angleDelta().y() > 0:
            self.scrolling.stop_following()
        super().wheelEvent(event)

    # keyboard
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._handle_key(event):
            super().keyPressEvent(event)
            if self.currentIndex().isValid() and event.key() in _MOVING_KEYS:
                self.scrollTo(self.currentIndex())

    def _handle_key(self, event: QKeyEvent) -> bool:
        key, message_id = event.key(), self.current_id
        if event.matches(QKeySequence.StandardKey.Copy):
            self._want(message_actions.COPY, message_id)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.read(message_id)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            is_next = (key == Qt.Key.Key_Right) == (self.layoutDirection() == Qt.LayoutDirection.LeftToRight)
            self._want(message_actions.NEXT_VERSION if is_next else message_actions.PREVIOUS_VERSION, message_id)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.scrolling.scroll_page(-1 if key == Qt.Key.Key_PageUp else 1)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            return self.scrolling.scroll_inside(self.currentIndex(), -1 if key == Qt.Key.Key_Up else 1)
        elif key == Qt.Key.Key_Escape:
            self.clear_found()
            event.ignore()
        elif event.text().strip() and event.text().isprintable():
            self.typed.emit(event.text())
        else:
            return False
        return True

    def _want(self, action: str, message_id: int | None) -> None:
        if action in self.actions_of(message_id):
            self.action_wanted.emit(action, message_id)

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        super().currentChanged(current, previous)
        if hasattr(self, "scrolling"):
            self.overlays.place_soon()

    def focusInEvent(self, event: QEvent) -> None:
        if not self.currentIndex().isValid() and self._model.rows:  # Qt would take the first row
            self.setCurrentIndex(self._model.index(len(self._model.rows) - 1))
        super().focusInEvent(event)
        self.overlays.place_soon()
        # After Qt has told of the list itself, or a screen reader says "list" and not the message one is on.
        QTimer.singleShot(0, self, self._tell_current)

    def _tell_current(self) -> None:
        if self.hasFocus() and self.currentIndex().isValid():
            told = QAccessibleEvent(self, QAccessible.Event.Focus)
            told.setChild(self.currentIndex().row())
            QAccessible.updateAccessibility(told)

    def focusOutEvent(self, event: QEvent) -> None:
        super().focusOutEvent(event)
        self.overlays.place_soon()


_MOVING_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End)
