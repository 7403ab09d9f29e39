"""The text of one message to be selected with mouse or keyboard, laid exactly over the painted one."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import (QColor, QContextMenuEvent, QFocusEvent, QFont, QKeyEvent, QKeySequence, QPalette,
                           QTextCursor, QWheelEvent)
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from chatbot.ui.chat_model import ChatRow
from chatbot.ui.message_text import shown_part
from chatbot.ui.transcript_layout import make_document


class MessageReader(QTextEdit):
    """A read-only text field without frame. Closes itself on Escape."""

    closed = Signal()
    menu_wanted = Signal(object)
    """(global position)"""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.row: ChatRow | None = None
        self.setReadOnly(True)
        self.setAcceptRichText(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse
                                     | Qt.TextInteractionFlag.TextSelectableByKeyboard)
        # The application's style sheet gives text fields a frame and a background; this one is part of the page.
        self.setStyleSheet("QTextEdit { background: transparent; border: none; padding: 0; margin: 0; }")
        self.viewport().setAutoFillBackground(False)
        self.setTabChangesFocus(True)
        self.hide()

    def open(self, row: ChatRow, author: str, font: QFont, colour: QColor) -> None:
        """Show the text of ``row``."""
        self.row = row
        document = make_document(shown_part(row.message.text)[0], font)
        document.setParent(self)
        self.setFont(font)
        self.setDocument(document)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Text, colour)
        self.setPalette(palette)
        self.setAccessibleName(self.tr("Text of the message by {0}").format(author))
        self.show()

    def follow(self, row: ChatRow) -> None:
        """The text became longer: add what is new, so that the selection stays."""
        old = self.toPlainText()
        new = shown_part(row.message.text)[0]
        self.row = row
        if new.startswith(old) and new != old:
            selected = self.textCursor()
            anchor, position = selected.anchor(), selected.position()
            cursor = QTextCursor(self.document())
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(new[len(old):])
            selected.setPosition(anchor)  # a selection that reached the end must not grow with the text
            selected.setPosition(position, QTextCursor.MoveMode.KeepAnchor)
            self.setTextCursor(selected)

    def place(self, rect: QRect) -> None:
        """Lie over ``rect``, where the delegate would paint the text."""
        if self.geometry() != rect:
            self.setGeometry(rect)
            self.document().setTextWidth(rect.width())

    @property
    def selected_text(self) -> str:
        """What is selected, with ordinary line ends."""
        return self.textCursor().selection().toPlainText()

    def close_reading(self) -> None:
        """Give the row back to the delegate."""
        if self.row is not None:
            self.row = None
            self.closed.emit()  # before hiding, which would hand the focus to any widget
            self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_reading()
        elif event.matches(QKeySequence.StandardKey.Copy) and not self.textCursor().hasSelection():
            self.selectAll()
            self.copy()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the transcript scrolls, not the message

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if not self.textCursor().hasSelection() and event.reason() != Qt.FocusReason.PopupFocusReason:
            self.close_reading()
