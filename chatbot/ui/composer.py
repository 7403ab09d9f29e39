"""Where messages are written: a field that grows, one button that sends or stops, and the bar of an edit."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from chatbot.core.messages import Message, Role
from chatbot.ui import icons, theme
from chatbot.ui.conversation_draft import Unsent
from chatbot.ui.message_field import SEND_WITH_ENTER, MessageField
from chatbot.ui.message_text import is_blank


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
    edit_changed = Signal(object, str)
    """(message id, text): how its edit reads by now; empty if there is nothing in it to be kept"""
    edited_changed = Signal(object)
    """(message id | None) whose text is being edited"""
    suggestion_wanted = Signal(str)
    """(text): how may it go on? ``field.ghost`` takes the answer"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edited: Message | None = None
        self._draft = ""
        self._edits: dict[int, str] = {}
        """Texts of edits that were left without being sent or cancelled, by message."""
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

    def show_unsent(self, unsent: Unsent) -> None:
        """All that was typed in another conversation and not sent. An edit that was left goes on."""
        self._edits = dict(unsent.edits)
        self.show_draft(unsent.draft)
        if unsent.edited is not None:
            self._show_edit(unsent.edited)

    @property
    def is_at_rest(self) -> bool:
        """Whether nobody is writing here: nothing was typed or is being composed, and no message is edited."""
        return self.edited is None and is_blank(self.text) and not self.field.is_composing

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
        """Edit ``message`` in the field, from where an edit of it was left; the draft waits."""
        self._show_edit(message)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_edit(self, message: Message) -> None:
        if self.edited is None:
            self._draft = self.text
        self.edited = message
        is_own = message.role == Role.USER
        self._edit_label.setText(self.tr("Editing your message. Sending writes a new version; the old one stays.")
                                 if is_own else
                                 self.tr("Editing the reply. Saving makes a new version; the old one stays."))
        self.edit_bar.show()
        self._pause_suggestions()
        self._set_text(self._edits.get(message.id) or message.text)
        self.edited_changed.emit(message.id)

    @Slot()
    def cancel_edit(self) -> None:
        """Leave the edit and bring the draft back."""
        if self.edited is not None:
            self._note_edit("")
            self._leave_edit()
            self._set_text(self._draft)

    def _note_edit(self, text: str) -> None:
        """Keep what the edit changed, so that whatever else is opened meanwhile, it can go on."""
        assert self.edited is not None, "only an edit calls this"
        kept = "" if is_blank(text) or text == self.edited.text else text
        if kept != self._edits.get(self.edited.id, ""):
            self._edits[self.edited.id] = kept
            self.edit_changed.emit(self.edited.id, kept)

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
        else:
            self._note_edit(self.text)

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
