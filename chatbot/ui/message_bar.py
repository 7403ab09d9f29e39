"""The row of buttons below a message: real buttons, one set for own messages and one for replies, moved about."""

from __future__ import annotations

from collections.abc import Set

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from chatbot.core.messages import Role
from chatbot.ui import icons, message_actions
from chatbot.ui.chat_model import ChatRow

_OF_USER = (message_actions.COPY, message_actions.EDIT, message_actions.REGENERATE, "more", "versions")
_OF_BOT = ("versions", message_actions.COPY, message_actions.REGENERATE, message_actions.LIKE,
           message_actions.DISLIKE, "more")
_ICONS = {message_actions.COPY: "copy", message_actions.EDIT: "edit", message_actions.REGENERATE: "regenerate",
          message_actions.LIKE: "thumb-up", message_actions.DISLIKE: "thumb-down", "more": "more",
          message_actions.PREVIOUS_VERSION: "chevron-left", message_actions.NEXT_VERSION: "chevron-right"}


class MessageBar(QWidget):
    """Buttons for one row at a time."""

    action_chosen = Signal(str)
    more_wanted = Signal()

    def __init__(self, role: Role, parent: QWidget) -> None:
        super().__init__(parent)
        self.role = role
        self.setAccessibleName(self.tr("Message actions"))
        self._buttons: dict[str, QToolButton] = {}
        self._has_pictures = False
        self._version = QLabel(self)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        for action in _OF_USER if role == Role.USER else _OF_BOT:
            if action == "versions":
                self._add_versions(box)
            else:
                box.addWidget(self._button(action))
        self.hide()

    def _add_versions(self, box: QHBoxLayout) -> None:
        box.addWidget(self._button(message_actions.PREVIOUS_VERSION))
        box.addWidget(self._version)
        box.addWidget(self._button(message_actions.NEXT_VERSION))

    def _button(self, action: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"message_{action}")
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setCheckable(action in (message_actions.LIKE, message_actions.DISLIKE))
        name = self._names()[action]
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.clicked.connect(self._on_clicked)
        self._buttons[action] = button
        return button

    def _names(self) -> dict[str, str]:
        return {
            message_actions.COPY: self.tr("Copy message"),
            message_actions.EDIT: self.tr("Edit and send again"),
            message_actions.REGENERATE: self.tr("Write another reply"),
            message_actions.LIKE: self.tr("Good reply"),
            message_actions.DISLIKE: self.tr("Bad reply"),
            "more": self.tr("More actions"),
            message_actions.PREVIOUS_VERSION: self.tr("Previous version"),
            message_actions.NEXT_VERSION: self.tr("Next version"),
        }

    def _take_back(self) -> dict[str, str]:
        """What a thumb does that is set already."""
        return {message_actions.LIKE: self.tr("Take back “good reply”"),
                message_actions.DISLIKE: self.tr("Take back “bad reply”")}

    def show_row(self, row: ChatRow, actions: Set[str], icon_px: int) -> None:
        """Offer ``actions`` for ``row``."""
        message = row.message
        if not self._has_pictures:  # drawn late: a start need not wait for them
            self._has_pictures = True
            for action, button in self._buttons.items():
                icons.assign(button, _ICONS[action], "muted_text")
        for action, button in self._buttons.items():
            button.setIconSize(QSize(icon_px, icon_px))
            if action != "more":
                button.setEnabled(action in actions)
        for action in (message_actions.PREVIOUS_VERSION, message_actions.NEXT_VERSION):
            self._buttons[action].setVisible(message.version_count > 1)
        self._version.setVisible(message.version_count > 1)
        self._version.setText(f"{message.version}/{message.version_count}")
        self._version.setAccessibleName(self.tr("version {0} of {1}").format(message.version, message.version_count))
        if self.role == Role.BOT:
            self._show_thumb(message_actions.LIKE, message.rating > 0)
            self._show_thumb(message_actions.DISLIKE, message.rating < 0)
        else:
            button = self._buttons[message_actions.REGENERATE]
            button.setVisible(message_actions.REGENERATE in actions)
        self.adjustSize()

    def _show_thumb(self, action: str, is_on: bool) -> None:
        button = self._buttons[action]
        button.setToolTip(self._take_back()[action] if is_on else self._names()[action])
        if button.isChecked() != is_on or not button.property("was_shown"):
            button.setProperty("was_shown", True)
            icons.assign(button, _ICONS[action], "accent" if is_on else "muted_text")
        button.setChecked(is_on)

    @Slot()
    def _on_clicked(self) -> None:
        for action, button in self._buttons.items():
            if button is self.sender():
                if action == "more":
                    self.more_wanted.emit()
                else:
                    self.action_chosen.emit(action)
                return
