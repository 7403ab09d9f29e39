"""The field a message is typed in: grows with its text, knows the key that sends, takes suggestions."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent, QMouseEvent, QTextOption
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

from chatbot.ui.ghost_text import GhostText
from chatbot.ui.message_text import has_endless_word

MAX_LINES = 8
SEND_WITH_ENTER, SEND_WITH_CTRL_ENTER = "enter", "ctrl_enter"


class MessageField(QPlainTextEdit):
    """Plain text; Enter means what the user chose. Grows up to ``MAX_LINES`` lines."""

    send_wanted = Signal()
    edit_last_wanted = Signal()
    cancel_wanted = Signal()
    focus_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.send_key = SEND_WITH_ENTER
        self.setObjectName("message_field")
        self.setAccessibleName(self.tr("Message"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        # The card around field and button has the frame.
        self.setStyleSheet("QPlainTextEdit { background: transparent; border: none; padding: 0; }")
        self.viewport().setAutoFillBackground(False)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(2)
        self.document().documentLayout().documentSizeChanged.connect(self._on_document_size_changed)
        self.ghost = GhostText(self)
        self._fit()

    @Slot()
    def _on_document_size_changed(self) -> None:
        self._fit()

    def _fit(self) -> None:
        lines = min(MAX_LINES, max(1, round(self.document().size().height())))  # QPlainTextEdit measures in lines
        height = lines * self.fontMetrics().lineSpacing() + 2 * round(self.document().documentMargin()) + 2
        if height != self.height():
            self.setFixedHeight(height)
        is_full = lines == MAX_LINES
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded if is_full
                                        else Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "ghost"):
            self.ghost.restore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.ghost.takes_key(event):
            self.ghost.lift(event)
            self._act_on(event)
            self.ghost.restore()

    def _act_on(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._sends(event):
            self.send_wanted.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.textCursor().insertText("\n")
            self.ensureCursorVisible()
        elif event.key() == Qt.Key.Key_Up and self.document().isEmpty():
            self.edit_last_wanted.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancel_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _sends(self, event: QKeyEvent) -> bool:
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if modifiers == Qt.KeyboardModifier.ControlModifier:
            return True
        return self.send_key == SEND_WITH_ENTER and modifiers == Qt.KeyboardModifier.NoModifier

    def focusNextPrevChild(self, is_next: bool) -> bool:
        """Tab takes the suggestion; without one it moves the focus."""
        return (is_next and self.ghost.take()) or super().focusNextPrevChild(is_next)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self.ghost.begin_input()
        super().inputMethodEvent(event)
        self.ghost.end_input(event.preeditString())

    @property
    def is_composing(self) -> bool:
        """Whether an input method has begun a word that is not in the text yet."""
        return bool(self.textCursor().block().layout().preeditAreaText())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.ghost.clear()
        super().mousePressEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Dropped files are for the window: they may be conversations to import."""
        return not source.hasUrls() and source.hasText()

    def insertFromMimeData(self, source: QMimeData) -> None:
        if source.hasText():
            self.prepare_for(source.text())
            self.insertPlainText(source.text())

    def prepare_for(self, text: str) -> None:
        """Break lines anywhere if ``text`` has an endless word: a pasted picture in base64 must not hang the window."""
        if has_endless_word(text):
            self.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        elif self.document().isEmpty():
            self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)

    def show_text(self, text: str) -> None:
        """Replace everything. Emptied first, so that no way of breaking lines ever meets a text it is slow for."""
        self.ghost.begin_anew()
        self.setPlainText("")
        self.prepare_for(text)
        self.setPlainText(text)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.ghost.clear()
        super().focusOutEvent(event)
        self.focus_changed.emit()
