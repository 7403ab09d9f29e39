"""Where messages are written: a field that grows, one button that sends or stops, and the bar of an edit."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import (QFocusEvent, QInputMethodEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen,
                           QTextOption)
from PySide6.QtWidgets import (QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QSizePolicy, QToolButton, QVBoxLayout,
                               QWidget)

from chatbot.core.messages import Message, Role
from chatbot.ui import icons, theme
from chatbot.ui.ghost_text import GhostText
from chatbot.ui.message_text import has_endless_word, is_blank

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


class RoundButton(QToolButton):
    """A filled circle while there is something to do."""

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = min(self.width(), self.height()) - 2
        circle = QRect((self.width() - side) // 2, (self.height() - side) // 2, side, side)
        ground = colours.accent if self.isEnabled() else colours.divider
        if self.isEnabled() and (self.underMouse() or self.isDown()):
            ground = theme.mixed(ground, colours.text, 0.25 if self.isDown() else 0.12)
        painter.setPen(QPen(colours.text, 2) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawEllipse(circle)
        inset = side // 4
        self.icon().paint(painter, circle.adjusted(inset, inset, -inset, -inset))


class ComposerCard(QFrame):
    """A rounded surface that shows the focus of the field in it."""

    def __init__(self, field: MessageField, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = field
        field.focus_changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        has_focus = self._field.hasFocus()
        width = 2 if has_focus else 1
        painter.setPen(QPen(colours.accent if has_focus else colours.divider, width))
        painter.setBrush(colours.surface)
        radius = theme.scaled(14)
        inset = 1
        painter.drawRoundedRect(QRect(self.rect()).adjusted(inset, inset, -inset, -inset), radius, radius)


class Composer(QWidget):
    """Field, button and edit bar. Wishes leave as signals; nothing is cleared before it was accepted."""

    submitted = Signal(str)
    edit_submitted = Signal(object, str)
    """(message id, new text)"""
    stop_wanted = Signal()
    edit_last_wanted = Signal()
    draft_changed = Signal(str)
    edited_changed = Signal(object)
    """(message id | None) whose text is being edited"""
    suggestion_wanted = Signal(str)
    """(text): how may it go on? ``field.ghost`` takes the answer"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edited: Message | None = None
        self._draft = ""
        self._is_busy = False
        self.field = MessageField(self)
        self.button = RoundButton(self)
        self.edit_bar = QWidget(self)
        self._edit_label = QLabel(self.edit_bar)
        self._cancel = QToolButton(self.edit_bar)
        self._arrange()
        self.field.send_wanted.connect(self._on_send_wanted)
        self.field.textChanged.connect(self._on_text_changed)
        self.field.edit_last_wanted.connect(self.edit_last_wanted)
        self.field.cancel_wanted.connect(self.cancel_edit)
        self.field.ghost.wanted.connect(self.suggestion_wanted)
        self.field.ghost.changed.connect(self._describe_field)
        self.button.clicked.connect(self._on_button_clicked)
        self._cancel.clicked.connect(self.cancel_edit)
        self.set_bot_name("Wren")
        self.show_send_key(SEND_WITH_ENTER)
        self._refresh_button()

    def _arrange(self) -> None:
        self.button.setObjectName("send_button")
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._cancel.setAutoRaise(True)
        self._cancel.setAccessibleName(self.tr("Cancel editing"))
        self._cancel.setToolTip(self.tr("Cancel editing (Esc)"))
        icons.assign(self._cancel, "close", "muted_text")
        self._edit_label.setProperty("role", "section")
        bar = QHBoxLayout(self.edit_bar)
        bar.setContentsMargins(6, 0, 0, 2)
        bar.addWidget(self._edit_label, 1)
        bar.addWidget(self._cancel)
        self.edit_bar.hide()
        card = ComposerCard(self.field, self)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(14, 8, 8, 8)
        inside.setSpacing(0)
        inside.addWidget(self.edit_bar)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.field, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignBottom)
        inside.addLayout(row)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(card)

    # what is shown
    def set_bot_name(self, name: str) -> None:
        """Whom one writes to."""
        self.field.setPlaceholderText(self.tr("Write to {0}").format(name))

    def show_send_key(self, send_key: str) -> None:
        """The user's choice of the key that sends: ``enter`` or ``ctrl_enter``."""
        self.field.send_key = send_key
        hint = (self.tr("Enter sends, Shift+Enter makes a new line") if send_key == SEND_WITH_ENTER
                else self.tr("Ctrl+Enter sends, Enter makes a new line"))
        self.field.setToolTip(hint)
        self._describe_field()

    @Slot()
    def _describe_field(self) -> None:
        """A screen reader that is asked about the field tells the suggestion; nothing is read out by itself."""
        hint, ghost = self.field.toolTip(), self.field.ghost.text.strip()
        if ghost:
            hint = self.tr("Suggestion: {0}. Tab takes it, Esc hides it. {1}").format(ghost, hint)
        self.field.setAccessibleDescription(hint)

    def set_busy(self, is_busy: bool) -> None:
        """While a reply is being written the button stops it."""
        self._is_busy = is_busy
        self._pause_suggestions()
        self._refresh_button()

    def _pause_suggestions(self) -> None:
        """None while the model writes, and none for a message that is already said."""
        self.field.ghost.set_paused(self._is_busy or self.edited is not None)

    def show_draft(self, text: str) -> None:
        """The unsent text of another conversation."""
        self._leave_edit()
        self._set_text(text)

    @property
    def text(self) -> str:
        """What is in the field."""
        return self.field.toPlainText()

    def insert(self, text: str) -> None:
        """Type ``text`` at the cursor and take the focus."""
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.insertPlainText(text)

    def accept(self) -> None:
        """What was submitted is stored: make room for the next."""
        if self.edited is not None:
            self.cancel_edit()
        else:
            self._set_text("")

    def _set_text(self, text: str) -> None:
        was_blocked = self.field.blockSignals(True)
        self.field.show_text(text)
        self.field.blockSignals(was_blocked)
        self.field.moveCursor(self.field.textCursor().MoveOperation.End)
        self._refresh_button()

    # editing
    def begin_edit(self, message: Message) -> None:
        """Edit ``message`` in the field; the draft waits."""
        if self.edited is None:
            self._draft = self.text
        self.edited = message
        is_own = message.role == Role.USER
        self._edit_label.setText(self.tr("Editing your message. Sending writes a new version; the old one stays.")
                                 if is_own else
                                 self.tr("Editing the reply. Saving makes a new version; the old one stays."))
        self.edit_bar.show()
        self._pause_suggestions()
        self._set_text(message.text)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edited_changed.emit(message.id)

    @Slot()
    def cancel_edit(self) -> None:
        """Leave the edit and bring the draft back."""
        if self.edited is not None:
            self._leave_edit()
            self._set_text(self._draft)

    def _leave_edit(self) -> None:
        if self.edited is not None:
            self.edited = None
            self.edit_bar.hide()
            self._pause_suggestions()
            self._refresh_button()
            self.edited_changed.emit(None)

    # wishes
    @Slot()
    def _on_send_wanted(self) -> None:
        if is_blank(self.text):
            return
        if self.edited is not None:
            self.edit_submitted.emit(self.edited.id, self.text)
        else:
            self.submitted.emit(self.text)

    @Slot()
    def _on_button_clicked(self) -> None:
        if self._is_busy:
            self.stop_wanted.emit()
        else:
            self._on_send_wanted()

    @Slot()
    def _on_text_changed(self) -> None:
        self._refresh_button()
        if self.edited is None:
            self.draft_changed.emit(self.text)

    def _refresh_button(self) -> None:
        if self._is_busy:
            name, picture = self.tr("Stop writing"), "stop"
        elif self.edited is not None and self.edited.role == Role.BOT:
            name, picture = self.tr("Save"), "check"
        else:
            name, picture = self.tr("Send"), "send"
        is_enabled = self._is_busy or not is_blank(self.text)
        self.button.setEnabled(is_enabled)
        self.button.setAccessibleName(name)
        self.button.setToolTip(name)
        icons.assign(self.button, picture, "accent_text" if is_enabled else "muted_text")
        side = round(self.fontMetrics().height() * 1.7)
        self.button.setFixedSize(QSize(side, side))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_cancel"):
            self._refresh_button()
