"""Carrying out what was chosen for a message, in bar, context menu, keyboard or window menu."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from chatbot.core.messages import Role
from chatbot.ui import icons, message_actions
from chatbot.ui.chat_controller import ChatController
from chatbot.ui.chat_model import ChatRow
from chatbot.ui.composer import Composer
from chatbot.ui.transcript_view import TranscriptView


class MessageCommands(QObject):
    """Between the transcript's wishes and the controller."""

    def __init__(self, controller: ChatController, view: TranscriptView, composer: Composer) -> None:
        super().__init__(view)
        self._controller = controller
        self._view = view
        self._composer = composer
        self._menu_id: int | None = None

    # one message
    @Slot(str, object)
    def perform(self, action: str, message_id: int) -> None:
        """Do ``action`` if it can be done with this message now."""
        if action in self._view.actions_of(message_id):
            getattr(self, f"_{action}")(message_id)

    def _copy(self, message_id: int) -> None:
        self._view.copy_text(message_id)

    def _select_text(self, message_id: int) -> None:
        self._view.read(message_id)

    def _edit(self, message_id: int) -> None:
        message = self._controller.model.message(message_id)
        if message is not None:
            self._composer.begin_edit(message)

    def _regenerate(self, message_id: int) -> None:
        self._controller.regenerate(message_id)

    def _continue(self, message_id: int) -> None:
        self._controller.continue_reply(message_id)

    def _branch(self, message_id: int) -> None:
        self._controller.branch(message_id)

    def _forget(self, message_id: int) -> None:
        self._controller.set_forgets_before(message_id, True)

    def _remember(self, message_id: int) -> None:
        self._controller.set_forgets_before(message_id, False)

    def _like(self, message_id: int) -> None:
        self._rate(message_id, 1)

    def _dislike(self, message_id: int) -> None:
        self._rate(message_id, -1)

    def _rate(self, message_id: int, rating: int) -> None:
        """Choosing the same thumb again takes it back."""
        message = self._controller.model.message(message_id)
        if message is not None:
            self._controller.rate(message_id, 0 if message.rating == rating else rating)

    def _previous_version(self, message_id: int) -> None:
        self._controller.step_version(message_id, -1)

    def _next_version(self, message_id: int) -> None:
        self._controller.step_version(message_id, 1)

    def _show_whole(self, message_id: int) -> None:
        from chatbot.ui.message_window import MessageWindow
        message = self._controller.model.message(message_id)
        if message is not None:
            MessageWindow(self._controller.model.author(message), message.text, self._view.window()).show()

    # the context menu
    def menu_for(self, message_id: int) -> QMenu:
        """A menu of everything that can be done with the message."""
        menu = QMenu(self._view)
        menu.setAccessibleName(self.tr("Message actions"))
        possible = self._view.actions_of(message_id)
        number = self._controller.model.row_of(message_id)
        row = self._controller.model.row(number)
        self._menu_id = message_id
        for action, picture, text in self._entries(row):
            if not action:
                menu.addSeparator()
            elif action in possible:
                entry = menu.addAction(icons.icon(picture) if picture else QAction(menu).icon(), text)
                entry.setData(action)
        menu.triggered.connect(self._on_menu_triggered)
        return menu

    def _entries(self, row: ChatRow) -> list[tuple[str, str, str]]:
        is_own = row.message.role == Role.USER
        has_selection = self._view.overlays.reader.row is not None and self._view.overlays.reader.selected_text
        return [
            (message_actions.COPY, "copy", self.tr("Copy selected text") if has_selection else self.tr("Copy message")),
            (message_actions.SELECT_TEXT, "", self.tr("Select text")),
            (message_actions.SHOW_WHOLE, "", self.tr("Show the whole message")),
            ("", "", ""),
            (message_actions.EDIT, "edit", self.tr("Edit and send again") if is_own else self.tr("Edit the reply")),
            (message_actions.REGENERATE, "regenerate",
             self.tr("Write a reply") if is_own else self.tr("Write another reply")),
            (message_actions.CONTINUE, "continue", self.tr("Continue the reply")),
            (message_actions.PREVIOUS_VERSION, "chevron-left", self.tr("Previous version")),
            (message_actions.NEXT_VERSION, "chevron-right", self.tr("Next version")),
            ("", "", ""),
            (message_actions.BRANCH, "branch", self.tr("Branch into a new conversation")),
            (message_actions.FORGET, "forget", self.tr("Forget everything above")),
            (message_actions.REMEMBER, "undo", self.tr("Remember what is above again")),
            ("", "", ""),
            (message_actions.LIKE, "thumb-up",
             self.tr("Take back “good reply”") if row.message.rating > 0 else self.tr("Good reply")),
            (message_actions.DISLIKE, "thumb-down",
             self.tr("Take back “bad reply”") if row.message.rating < 0 else self.tr("Bad reply")),
        ]

    @Slot(object, object)
    def show_menu(self, message_id: int, position: QPoint) -> None:
        """Open the context menu."""
        if self._controller.model.row_of(message_id) >= 0:
            menu = self.menu_for(message_id)
            menu.aboutToHide.connect(menu.deleteLater)  # later: what was chosen is told after the menu hides
            menu.popup(position)

    @Slot(QAction)
    def _on_menu_triggered(self, entry: QAction) -> None:
        if self._menu_id is not None:
            self.perform(str(entry.data()), self._menu_id)

    # the message that is meant without one being chosen
    def _target(self, action: str, role: Role | None = None) -> int | None:
        """The message the keyboard is on, else the last one with which ``action`` can be done."""
        current = self._view.current_id
        is_here = self._view.hasFocus() or self._view.overlays.reader.hasFocus()
        if is_here and current is not None and action in self._view.actions_of(current):
            return current
        for row in reversed(self._controller.model.rows):
            fits = role is None or row.message.role == role
            if fits and action in self._view.actions_of(row.message.id):
                return row.message.id
        return None

    def _perform_on_target(self, action: str, role: Role | None = None) -> None:
        message_id = self._target(action, role)
        if message_id is not None:
            self.perform(action, message_id)

    @Slot()
    def copy(self) -> None:
        """Copy the chosen message or the last reply."""
        self._perform_on_target(message_actions.COPY, Role.BOT)

    @Slot()
    def edit(self) -> None:
        """Edit the chosen message or the last own one."""
        self._perform_on_target(message_actions.EDIT, Role.USER)

    @Slot()
    def regenerate(self) -> None:
        """Write the chosen or the last reply anew."""
        self._perform_on_target(message_actions.REGENERATE)

    @Slot()
    def continue_reply(self) -> None:
        """Continue the chosen or the last reply."""
        self._perform_on_target(message_actions.CONTINUE)

    @Slot()
    def previous_version(self) -> None:
        """Step back on the chosen message or the last one that has versions."""
        self._perform_on_target(message_actions.PREVIOUS_VERSION)

    @Slot()
    def next_version(self) -> None:
        """Step forward on the chosen message or the last one that has versions."""
        self._perform_on_target(message_actions.NEXT_VERSION)

    @Slot()
    def like(self) -> None:
        """Thumb up, or take it back, for the chosen or the last reply."""
        self._perform_on_target(message_actions.LIKE, Role.BOT)

    @Slot()
    def dislike(self) -> None:
        """Thumb down, or take it back, for the chosen or the last reply."""
        self._perform_on_target(message_actions.DISLIKE, Role.BOT)

    @Slot()
    def branch(self) -> None:
        """Branch at the chosen or the last message."""
        self._perform_on_target(message_actions.BRANCH)

    @Slot()
    def forget(self) -> None:
        """Start the memory anew at the chosen message, or else at the next one that is written."""
        current = self._view.current_id
        if self._view.hasFocus() and current is not None:
            possible = self._view.actions_of(current)
            self.perform(message_actions.REMEMBER if message_actions.REMEMBER in possible else message_actions.FORGET,
                         current)
        else:
            self._controller.toggle_forgets_next()
