"""Ghost text: suggested next words behind the cursor, in a muted colour, that Tab takes and Esc hides.

They stand in the layout of the last line as the text of an input method does while it is composed: they wrap and make
the field grow like typed text, and are neither part of the document nor of its undo history.
"""

from __future__ import annotations

import re
import unicodedata

from PySide6.QtCore import QObject, QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QTextBlock, QTextCharFormat, QTextCursor, QTextLayout
from PySide6.QtWidgets import QPlainTextEdit

from chatbot.ui import theme
from chatbot.ui.message_text import is_blank

PAUSE_MS = 120
"""Suggestions are asked for after a pause in typing of this length."""
LONGEST_TEXT = 100_000
"""A longer text was pasted, and looking at it with every key would take time."""
_NEXT_WORD = re.compile(r"\s*\S+")
_MODIFIERS = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr)
_NONE, _CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


class GhostText(QObject):
    """Belongs to one field, which tells it of keys, clicks and input methods before it acts on them itself.

    Signals:
        wanted(str): the typed text, which may be gone on with.
        changed(): other words are shown, or none.
    """

    wanted = Signal(str)
    changed = Signal()

    def __init__(self, field: QPlainTextEdit) -> None:
        super().__init__(field)
        self.is_paused = False
        """No suggestions at present: a reply is being written, or an old message edited."""
        self._field = field
        self._typed, self._suggested = "", ""
        """What is suggested, and the text it was made for."""
        self._is_composing = False
        self._hidden_after: str | None = None
        """The whole words after which Esc was pressed."""
        self._taken_from: str | None = None
        """The text before a suggestion was taken; who goes back to it by undo does not want the same again."""
        self._painted = ""
        self._block = QTextBlock()
        self._told = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self._on_pause)
        field.textChanged.connect(self._on_text_changed)
        field.cursorPositionChanged.connect(self._on_cursor_moved)
        field.selectionChanged.connect(self._on_cursor_moved)

    @property
    def text(self) -> str:
        """The words that are shown; empty if there are none."""
        return self._painted

    # what is suggested
    @Slot(str, str)
    def offer(self, typed: str, suggested: str) -> None:
        """Show ``suggested`` if the text is still ``typed`` and this is a place for it."""
        if typed == self._field.toPlainText() and self._may_show(typed) and not _is_unsuitable(suggested):
            self._timer.stop()
            self._typed, self._suggested = typed, suggested
            self._show()

    @Slot()
    def clear(self) -> None:
        """Show nothing, and ask for nothing until something is typed."""
        self._timer.stop()
        self._typed, self._suggested = "", ""
        self._show()

    def set_paused(self, is_paused: bool) -> None:
        """While paused nothing is asked for or shown."""
        self.is_paused = is_paused
        if is_paused:
            self.clear()

    def begin_anew(self) -> None:
        """Another text is in the field: what was hidden there does not count any more."""
        self._hidden_after = self._taken_from = None
        self.clear()

    # keys, clicks and input methods
    def takes_key(self, event: QKeyEvent) -> bool:
        """Whether the key was for the suggestion: Esc hides it, Right and Ctrl+Right take a word."""
        if not self._painted:
            return False
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() == Qt.Key.Key_Escape and modifiers == _NONE:
            self._hidden_after = _whole_words(self._field.toPlainText())
            self.clear()
            return True
        if event.key() == Qt.Key.Key_Right and modifiers in (_NONE, _CTRL):
            found = _NEXT_WORD.match(self._painted)
            self._take(found[0] if found else self._painted)
            return True
        return False

    def take(self) -> bool:
        """Take all of it into the text; False if there is nothing to take."""
        if not self._painted:
            return False
        self._take(self._painted)
        return True

    def lift(self, event: QKeyEvent | None = None) -> None:
        """Take the words out of the layout before the field acts on ``event``: where lines end, or what is below the
        mouse, is to be found without them. ``restore`` brings them back if they still fit."""
        if event is None or event.key() not in _MODIFIERS:
            self._paint("")

    @Slot()
    def restore(self) -> None:
        """Show what still fits, in the colours of now."""
        self._paint("")
        self._show()

    def begin_input(self) -> None:
        """An input method is about to change the text or the word that it composes, which has the same place in the
        layout as ours: nothing may be painted meanwhile."""
        self.lift()
        self._is_composing = True

    def end_input(self, composed: str) -> None:
        """It is done; ``composed`` is the unfinished word it shows now."""
        if composed:
            self._typed, self._suggested = "", ""
        self._is_composing = composed != ""
        self._show()

    def _take(self, text: str) -> None:
        self.lift()
        self._taken_from = self._field.toPlainText()
        cursor = self._field.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.beginEditBlock()
        cursor.insertText(text + " ")
        cursor.deletePreviousChar()  # undo would join a plain insertion with the letters that are typed after it
        cursor.endEditBlock()
        self._field.setTextCursor(cursor)
        self._field.ensureCursorVisible()

    # what happens in the field
    @Slot()
    def _on_text_changed(self) -> None:
        if self._field.document().characterCount() > LONGEST_TEXT:
            self.clear()
            return
        if self._rest(self._field.toPlainText()):
            self._timer.stop()
            self._show()
        else:
            self.clear()
            self._timer.start()

    @Slot()
    def _on_cursor_moved(self) -> None:
        if self._suggested and not self._is_cursor_at_end():
            self.clear()

    @Slot()
    def _on_pause(self) -> None:
        text = self._field.toPlainText()
        if self._may_show(text):
            self.wanted.emit(text)

    # showing
    def _rest(self, text: str) -> str:
        """What of the suggestion is not typed yet; empty if something else was typed."""
        whole = self._typed + self._suggested
        if not self._suggested or len(text) < len(self._typed) or not whole.startswith(text):
            return ""
        return whole[len(text):]

    def _may_show(self, text: str) -> bool:
        field = self._field
        return (not self.is_paused and not self._is_composing and field.hasFocus() and not field.isReadOnly()
                and self._is_cursor_at_end() and not is_blank(text) and not text.lstrip().startswith("/")
                and field.document().lastBlock().textDirection() == Qt.LayoutDirection.LeftToRight
                and _whole_words(text) != self._hidden_after and text != self._taken_from)

    def _is_cursor_at_end(self) -> bool:
        cursor = self._field.textCursor()
        return cursor.atEnd() and not cursor.hasSelection()

    def _show(self) -> None:
        rest = ""
        if self._suggested:
            text = self._field.toPlainText()
            rest = self._rest(text) if self._may_show(text) else ""
        self._paint(rest)
        if rest != self._told:
            self._told = rest
            self.changed.emit()

    def _paint(self, text: str) -> None:
        """Put ``text`` into the layout behind the last character, in place of what was put there before."""
        if text == self._painted and (not text or self._is_in_place()):
            return
        document = self._field.document()
        # Nothing is said of this change: the text is the same, and screen readers would read it all again.
        with QSignalBlocker(document):
            cursor = QTextCursor(document)
            cursor.beginEditBlock()
            if self._painted and self._block.isValid() and self._block.layout().preeditAreaText() == self._painted:
                self._block.layout().setPreeditArea(-1, "")
                self._block.layout().clearFormats()
            self._painted = text
            if text:
                self._block = document.lastBlock()
                place = self._block.length() - 1
                self._block.layout().setPreeditArea(place, text)
                self._block.layout().setFormats([_muted(place, len(text))])
            cursor.endEditBlock()
        self._field.ensureCursorVisible() if text else None

    def _is_in_place(self) -> bool:
        layout = self._field.document().lastBlock().layout()
        return layout.preeditAreaText() == self._painted and \
            layout.preeditAreaPosition() == self._field.document().lastBlock().length() - 1


def _muted(start: int, length: int) -> QTextLayout.FormatRange:
    shown = QTextLayout.FormatRange()
    shown.start, shown.length = start, length
    shown.format = QTextCharFormat()
    shown.format.setForeground(theme.colours().muted_text)
    return shown


def _whole_words(text: str) -> str:
    """``text`` without the word that is being typed at its end."""
    return text[:len(text) - len(re.split(r"\s", text[-200:])[-1])]


def _is_unsuitable(suggested: str) -> bool:
    """Empty, or a line of its own, or written from right to left, which could not stand behind the cursor."""
    return is_blank(suggested) or "\n" in suggested or any(unicodedata.bidirectional(character) in ("R", "AL", "AN")
                                                           for character in suggested)
