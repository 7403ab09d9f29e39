"""The menu bar, built from the registry of actions; every action is reachable by its key while the window has one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu

from chatbot.ui import icons
from chatbot.ui.shortcuts import ACTIONS, ACTIONS_BY_ID, make_action

CONVERSATION = ("new_conversation", "search", "", "rename_conversation", "pin_conversation", "delete_conversation",
                "undo_delete", "deleted_conversations", "", "import_conversations", "export_conversation", "export_all",
                "", "personal_model", "models", "preferences", "quit")
MESSAGE = ("stop", "regenerate", "continue_reply", "", "previous_version", "next_version", "", "edit_message",
           "copy_message", "", "like_reply", "dislike_reply", "", "branch", "forget_from_here")
VIEW = ("toggle_conversations", "toggle_settings_panel", "", "zoom_in", "zoom_out", "zoom_reset", "full_screen", "",
        "focus_composer", "next_pane", "previous_pane", "next_conversation", "previous_conversation", "jump_to_end")
HELP = ("shortcuts", "about")
OF_SHOWN_CONVERSATION = ("rename_conversation", "pin_conversation", "export_conversation", "", "delete_conversation")


class WindowMenus(QObject):
    """Actions by id, and the menus they are in. Other rooms may add menus and actions to ``menus``."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.actions: dict[str, QAction] = {spec.id: make_action(spec.id, window) for spec in ACTIONS}
        window.addActions(list(self.actions.values()))
        self.menus: dict[str, QMenu] = {}
        for menu_id, title, ids in (("conversation", self.tr("&Conversation"), CONVERSATION),
                                    ("message", self.tr("&Message"), MESSAGE), ("view", self.tr("&View"), VIEW),
                                    ("help", self.tr("&Help"), HELP)):
            menu = window.menuBar().addMenu(title)
            self._fill(menu, ids)
            menu.aboutToShow.connect(self._draw_pictures)
            self.menus[menu_id] = menu
        self._shown_menu = QMenu(window)
        self._fill(self._shown_menu, OF_SHOWN_CONVERSATION)
        self._shown_menu.aboutToShow.connect(self._draw_pictures)
        self._has_pictures = False
        # Escape belongs to whatever has the focus as long as there is nothing to stop.
        self.actions["stop"].setEnabled(False)

    @Slot()
    def _draw_pictures(self) -> None:
        """Give the actions their pictures when a menu opens for the first time: a start need not wait for them."""
        if not self._has_pictures:
            self._has_pictures = True
            for action_id, action in self.actions.items():
                picture = ACTIONS_BY_ID[action_id].icon
                if picture is not None:
                    icons.assign(action, picture)

    def _fill(self, menu: QMenu, ids: tuple[str, ...]) -> None:
        for action_id in ids:
            if action_id:
                menu.addAction(self.actions[action_id])
            else:
                menu.addSeparator()

    def connect_all(self, slots: dict[str, Callable[[], object]]) -> None:
        """Connect every action; raises KeyError for one that nobody carries out: a mistake of ours."""
        for action_id, action in self.actions.items():
            action.triggered.connect(slots[action_id])

    def show_for_conversation(self, position: QPoint) -> None:
        """The menu of what can be done with the shown conversation."""
        self._shown_menu.popup(position)
