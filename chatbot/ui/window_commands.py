"""Carrying out the actions of the window that are not about one message."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QFileInfo, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QMainWindow, QWidget

from chatbot.core.messages import Conversation
from chatbot.core.replies import ModelSummary
from chatbot.settings import Settings
from chatbot.ui.chat_controller import ChatController
from chatbot.ui.chat_pane import ChatPane
from chatbot.ui.conversation_list_panel import ConversationListPanel
from chatbot.ui.export_dialog import SUFFIXES, ExportChoice, ExportDialog, suggested_name
from chatbot.ui.model_questions import Confirm, is_confirmed
from chatbot.worker.dropped_files import DroppedFiles, DroppedFilesSorter

AskPath = Callable[[QWidget, str, str, str], str]
"""(parent, title, suggestion, filter) to a path, or '' if the user thought better of it."""


def ask_save_path(parent: QWidget, title: str, suggestion: str, name_filter: str) -> str:
    """A dialog for a file to write; it has asked whether the file of this very name may be replaced."""
    dialog = QFileDialog(parent, title, suggestion, name_filter)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setSupportedSchemes(["file"])
    dialog.setDefaultSuffix(name_filter.removeprefix("*."))
    try:
        if not dialog.exec():
            return ""
        if dialog.findChild(QLineEdit) is None:
            # The system's own dialog: some ask about the name as it was typed, and Qt adds the suffix afterwards.
            dialog.setDefaultSuffix("")
        return dialog.selectedFiles()[0]
    finally:
        dialog.deleteLater()


def ask_open_path(parent: QWidget, title: str, suggestion: str, name_filter: str) -> str:
    """The system's dialog for a file to read."""
    return QFileDialog.getOpenFileName(parent, title, suggestion, name_filter)[0]


class WindowCommands(QObject):
    """Slots for menus and shortcuts. Dialogs are imported when they are wanted."""

    setting_changed = Signal(str)
    """The name of a setting that was changed here or in the preferences."""
    models_wanted = Signal(object)
    """(list of Path): open the page of models and install what is in these folders and zip files"""
    personal_wanted = Signal(object)
    """(list of Path): open the making of a personal model and read these chat logs"""

    def __init__(self, window: QMainWindow, controller: ChatController, pane: ChatPane, panel: ConversationListPanel,
                 settings_panel: QWidget, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._controller = controller
        self._pane = pane
        self._panel = panel
        self._settings_panel = settings_panel
        self._settings = settings
        self._dialogs: dict[str, QDialog] = {}
        self._sorter = DroppedFilesSorter(self)
        self._sorter.sorted_ready.connect(self._on_dropped_sorted)
        self.ask_save_path: AskPath = ask_save_path
        self.ask_open_path: AskPath = ask_open_path
        self.confirm: Confirm = is_confirmed

    @property
    def _shown(self) -> Conversation | None:
        return self._controller.conversation

    # conversations
    @Slot()
    def rename_conversation(self) -> None:
        """Type a new title in the list."""
        if self._shown is not None:
            self._show_panel(self._panel, "are_conversations_shown", True)
            self._panel.begin_rename(self._shown.id)

    @Slot()
    def pin_conversation(self) -> None:
        """Pin the shown conversation, or not."""
        if self._shown is not None:
            self._controller.shelf.set_pinned(self._shown.id, not self._shown.is_pinned)

    @Slot()
    def delete_conversation(self) -> None:
        """Delete the shown conversation; the notice offers to undo it."""
        if self._shown is not None:
            self._controller.shelf.delete(self._shown.id)

    @Slot()
    def undo_delete(self) -> None:
        """Bring the last deleted conversation back."""
        self._controller.shelf.undo_delete()

    @Slot()
    def deleted_conversations(self) -> None:
        """Show what was deleted in the last month."""
        from chatbot.ui.deleted_dialog import DeletedDialog
        self._show_fresh(DeletedDialog(self._controller.shelf, self._window))

    @Slot()
    def export_conversation(self) -> None:
        """Ask for format and file, then write the shown conversation."""
        self._open_export(is_all=False)

    @Slot()
    def export_all(self) -> None:
        """Ask for format and file, then write all conversations."""
        self._open_export(is_all=True)

    def _open_export(self, *, is_all: bool) -> None:
        dialog = ExportDialog(self._shown, is_all=is_all, parent=self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(self._on_export_accepted)
        dialog.open()

    @Slot()
    def _on_export_accepted(self) -> None:
        dialog = self.sender()
        if isinstance(dialog, ExportDialog):
            self.export(dialog.choice)

    def export(self, choice: ExportChoice) -> None:
        """Ask for a file and write it."""
        target = self._ask_export_target(choice)
        if target is not None:
            ids = None if choice.is_all or self._shown is None else [self._shown.id]
            self._controller.draft.store()
            self._controller.shelf.export(ids, choice.file_format, target)

    def _ask_export_target(self, choice: ExportChoice) -> Path | None:
        """A file with the right suffix that is not there or may be replaced; None if the user thought better of it."""
        suffix = SUFFIXES[choice.file_format]
        path = self.ask_save_path(self._window, self.tr("Export"), suggested_name(choice, self._shown), f"*{suffix}")
        if not path or path.lower().endswith(suffix):
            return Path(path) if path else None
        target = Path(path + suffix)  # nobody has asked about this name yet
        question = self.tr("“{0}” is there already. Replace it?").format(target.name)
        is_there = QFileInfo.exists(str(target))
        if is_there and not self.confirm(self._window, self.tr("Export"), question, self.tr("Replace")):
            return None
        return target

    @Slot()
    def import_conversations(self) -> None:
        """Ask for a JSON export and add its conversations."""
        path = self.ask_open_path(self._window, self.tr("Import conversations"), "", "*.json")
        if path:
            self.import_files([Path(path)])

    def import_files(self, paths: Sequence[Path]) -> None:
        """Add the conversations of these files."""
        for path in paths:
            self._controller.shelf.import_file(path)

    def take_dropped(self, paths: Sequence[Path]) -> None:
        """Models are installed, our own exports imported, and from everything else a personal model can be made."""
        self._sorter.sort(paths)

    @Slot(object)
    def _on_dropped_sorted(self, dropped: DroppedFiles) -> None:
        self.import_files(dropped.exports)
        if dropped.packages:
            self.models_wanted.emit(list(dropped.packages))
        if dropped.logs:
            self.personal_wanted.emit(list(dropped.logs))

    # moving about
    @Slot()
    def search(self) -> None:
        """Go to the search field."""
        self._show_panel(self._panel, "are_conversations_shown", True)
        self._panel.begin_search()

    @Slot()
    def focus_composer(self) -> None:
        """Go where messages are written."""
        self._pane.composer.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def next_pane(self) -> None:
        """Go to the next part of the window."""
        self._step_pane(1)

    @Slot()
    def previous_pane(self) -> None:
        """Go to the previous part of the window."""
        self._step_pane(-1)

    def _step_pane(self, step: int) -> None:
        places: list[tuple[QWidget, QWidget]] = [
            (self._panel, self._panel.view),
            (self._pane.transcript, self._pane.transcript.focus_target()),
            (self._pane.composer, self._pane.composer.field),
            (self._settings_panel, self._settings_panel)]
        places = [place for place in places if place[0].isVisible()]
        focused = QApplication.focusWidget()
        here = next((number for number, (part, _) in enumerate(places)
                     if focused is not None and (part is focused or part.isAncestorOf(focused))), -1 if step > 0 else 0)
        target = places[(here + step) % len(places)][1]
        if target is self._settings_panel:
            target = _first_focusable(target)
        target.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def next_conversation(self) -> None:
        """Open the next conversation of the list."""
        self._panel.step(1)

    @Slot()
    def previous_conversation(self) -> None:
        """Open the previous conversation of the list."""
        self._panel.step(-1)

    # view
    @Slot()
    def toggle_conversations(self) -> None:
        """Show or hide the list of conversations."""
        self._show_panel(self._panel, "are_conversations_shown", not self._panel.isVisible())

    @Slot()
    def toggle_settings_panel(self) -> None:
        """Show or hide the panel of reply settings."""
        self._show_panel(self._settings_panel, "is_settings_panel_shown", not self._settings_panel.isVisible())

    def _show_panel(self, part: QWidget, setting: str, is_shown: bool) -> None:
        part.setVisible(is_shown)
        setattr(self._settings, setting, is_shown)
        self.setting_changed.emit(setting)

    @Slot()
    def full_screen(self) -> None:
        """Fill the screen, or not."""
        self._window.setWindowState(self._window.windowState() ^ Qt.WindowState.WindowFullScreen)

    # program
    @Slot()
    def models(self) -> None:
        """Open the page of models."""
        self.models_wanted.emit([])

    @Slot()
    def personal_model(self) -> None:
        """Open the making of a personal model."""
        self.personal_wanted.emit([])

    def forget_models(self) -> None:
        """Other models are installed: the preferences offer them when they are opened next."""
        dialog = self._dialogs.pop("preferences", None)
        if dialog is not None:
            dialog.close()
            dialog.deleteLater()

    @Slot()
    def preferences(self) -> None:
        """Open the preferences."""
        from chatbot.ui.preferences_dialog import PreferencesDialog
        dialog = self._dialogs.get("preferences")
        if not isinstance(dialog, PreferencesDialog):
            self._controller.language_model.look()
            dialog = PreferencesDialog(self._settings, self._controller.language_model.installed, self._window)
            dialog.setting_changed.connect(self.setting_changed)
            self._dialogs["preferences"] = dialog
        dialog.show_settings()
        dialog.show()
        dialog.activateWindow()

    @Slot()
    def shortcuts(self) -> None:
        """Open the list of keys."""
        from chatbot.ui.shortcuts_dialog import ShortcutsDialog
        self._show_fresh(ShortcutsDialog(self._window))

    @Slot()
    def about(self) -> None:
        """Say what this is."""
        from chatbot.ui.about_dialog import AboutDialog
        self._show_fresh(AboutDialog(self._models(), self._window))

    def _show_fresh(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def _models(self) -> list[ModelSummary]:
        summary = self._controller.language_model.status.summary
        return [] if summary is None else [summary]

    @Slot()
    def quit(self) -> None:
        """Close the window, which ends the program."""
        self._window.close()


def _first_focusable(part: QWidget) -> QWidget:
    for widget in part.findChildren(QWidget):
        if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            return widget
    return part
