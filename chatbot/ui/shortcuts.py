"""Every action of the window, declared once: id, label, keys, group. The window builds its QActions from here."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject
from PySide6.QtGui import QAction, QKeySequence


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action. ``label`` and ``group`` are English sources of the context ``Actions``; the first key is shown."""

    id: str
    label: str
    keys: tuple[str, ...]
    group: str
    icon: str | None = None

    @property
    def text(self) -> str:
        """The label in the language of the window."""
        return QCoreApplication.translate("Actions", self.label)

    @property
    def group_text(self) -> str:
        """The group's name in the language of the window."""
        return QCoreApplication.translate("Actions", self.group)


_CONVERSATION = QT_TRANSLATE_NOOP("Actions", "Conversation")
_MESSAGE = QT_TRANSLATE_NOOP("Actions", "Message")
_MOVE = QT_TRANSLATE_NOOP("Actions", "Moving about")
_VIEW = QT_TRANSLATE_NOOP("Actions", "View")
_PROGRAM = QT_TRANSLATE_NOOP("Actions", "Program")

ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("new_conversation", QT_TRANSLATE_NOOP("Actions", "New conversation"), ("Ctrl+N",), _CONVERSATION, "new"),
    ActionSpec("rename_conversation", QT_TRANSLATE_NOOP("Actions", "Rename"), ("F2",), _CONVERSATION, "edit"),
    ActionSpec("pin_conversation", QT_TRANSLATE_NOOP("Actions", "Pin or unpin"), ("Ctrl+D",), _CONVERSATION, "pin"),
    ActionSpec("delete_conversation", QT_TRANSLATE_NOOP("Actions", "Delete conversation"), ("Ctrl+Shift+Del",),
               _CONVERSATION, "delete"),
    ActionSpec("undo_delete", QT_TRANSLATE_NOOP("Actions", "Undo delete"), ("Ctrl+Shift+Z",), _CONVERSATION, "undo"),
    ActionSpec("deleted_conversations", QT_TRANSLATE_NOOP("Actions", "Deleted conversations…"), (), _CONVERSATION,
               "delete"),
    ActionSpec("search", QT_TRANSLATE_NOOP("Actions", "Search all messages"), ("Ctrl+F",), _CONVERSATION, "search"),
    ActionSpec("export_conversation", QT_TRANSLATE_NOOP("Actions", "Export this conversation…"), ("Ctrl+E",),
               _CONVERSATION, "export"),
    ActionSpec("export_all", QT_TRANSLATE_NOOP("Actions", "Export all conversations…"), ("Ctrl+Shift+E",),
               _CONVERSATION, "export"),
    ActionSpec("import_conversations", QT_TRANSLATE_NOOP("Actions", "Import conversations…"), ("Ctrl+O",),
               _CONVERSATION, "import"),

    ActionSpec("stop", QT_TRANSLATE_NOOP("Actions", "Stop writing"), ("Esc",), _MESSAGE, "stop"),
    ActionSpec("regenerate", QT_TRANSLATE_NOOP("Actions", "Regenerate the reply"), ("Ctrl+R",), _MESSAGE, "regenerate"),
    ActionSpec("continue_reply", QT_TRANSLATE_NOOP("Actions", "Continue the reply"), ("Alt+Return",), _MESSAGE,
               "continue"),
    ActionSpec("previous_version", QT_TRANSLATE_NOOP("Actions", "Previous version"), ("Alt+Left",), _MESSAGE,
               "chevron-left"),
    ActionSpec("next_version", QT_TRANSLATE_NOOP("Actions", "Next version"), ("Alt+Right",), _MESSAGE,
               "chevron-right"),
    ActionSpec("edit_message", QT_TRANSLATE_NOOP("Actions", "Edit message"), ("Ctrl+Shift+M",), _MESSAGE, "edit"),
    ActionSpec("copy_message", QT_TRANSLATE_NOOP("Actions", "Copy message"), ("Ctrl+Shift+C",), _MESSAGE, "copy"),
    ActionSpec("like_reply", QT_TRANSLATE_NOOP("Actions", "Good reply, or take that back"), ("Alt+Up",), _MESSAGE,
               "thumb-up"),
    ActionSpec("dislike_reply", QT_TRANSLATE_NOOP("Actions", "Bad reply, or take that back"), ("Alt+Down",), _MESSAGE,
               "thumb-down"),
    ActionSpec("branch", QT_TRANSLATE_NOOP("Actions", "Branch from here"), ("Ctrl+B",), _MESSAGE, "branch"),
    ActionSpec("forget_from_here", QT_TRANSLATE_NOOP("Actions", "Forget from here"), ("Ctrl+K",), _MESSAGE, "forget"),

    ActionSpec("focus_composer", QT_TRANSLATE_NOOP("Actions", "Write a message"), ("Ctrl+L",), _MOVE, "edit"),
    ActionSpec("next_pane", QT_TRANSLATE_NOOP("Actions", "Next part of the window"), ("F6",), _MOVE),
    ActionSpec("previous_pane", QT_TRANSLATE_NOOP("Actions", "Previous part of the window"), ("Shift+F6",), _MOVE),
    ActionSpec("next_conversation", QT_TRANSLATE_NOOP("Actions", "Next conversation"), ("Ctrl+PgDown",), _MOVE),
    ActionSpec("previous_conversation", QT_TRANSLATE_NOOP("Actions", "Previous conversation"), ("Ctrl+PgUp",), _MOVE),
    ActionSpec("jump_to_end", QT_TRANSLATE_NOOP("Actions", "Jump to the newest message"), ("Ctrl+End",), _MOVE,
               "arrow-down"),

    ActionSpec("toggle_conversations", QT_TRANSLATE_NOOP("Actions", "Show or hide the conversations"), ("F9",), _VIEW,
               "sidebar"),
    ActionSpec("toggle_settings_panel", QT_TRANSLATE_NOOP("Actions", "Show or hide the reply settings"), ("F10",),
               _VIEW, "sliders"),
    ActionSpec("zoom_in", QT_TRANSLATE_NOOP("Actions", "Larger"), ("Ctrl++", "Ctrl+="), _VIEW, "zoom-in"),
    ActionSpec("zoom_out", QT_TRANSLATE_NOOP("Actions", "Smaller"), ("Ctrl+-",), _VIEW, "zoom-out"),
    ActionSpec("zoom_reset", QT_TRANSLATE_NOOP("Actions", "Normal size"), ("Ctrl+0",), _VIEW),
    ActionSpec("full_screen", QT_TRANSLATE_NOOP("Actions", "Full screen"), ("F11",), _VIEW),

    ActionSpec("personal_model", QT_TRANSLATE_NOOP("Actions", "Make a personal model…"), ("Ctrl+Shift+P",), _PROGRAM,
               "user"),
    ActionSpec("models", QT_TRANSLATE_NOOP("Actions", "Models…"), ("Ctrl+M",), _PROGRAM, "model"),
    ActionSpec("preferences", QT_TRANSLATE_NOOP("Actions", "Preferences…"), ("Ctrl+,",), _PROGRAM, "settings"),
    ActionSpec("shortcuts", QT_TRANSLATE_NOOP("Actions", "Keyboard shortcuts"), ("F1", "Ctrl+/"), _PROGRAM,
               "keyboard"),
    ActionSpec("about", QT_TRANSLATE_NOOP("Actions", "About"), (), _PROGRAM, "info"),
    ActionSpec("quit", QT_TRANSLATE_NOOP("Actions", "Quit"), ("Ctrl+Q",), _PROGRAM),
)
KEYS_WHILE_WRITING: tuple[ActionSpec, ...] = (
    # No actions of the window: the message field hears these keys itself, and only while it suggests something.
    ActionSpec("take_suggestion", QT_TRANSLATE_NOOP("Actions", "Take the suggested words"), ("Tab",), _MESSAGE),
    ActionSpec("take_suggested_word", QT_TRANSLATE_NOOP("Actions", "Take one suggested word"), ("Right", "Ctrl+Right"),
               _MESSAGE),
    ActionSpec("hide_suggestion", QT_TRANSLATE_NOOP("Actions", "Hide the suggestion"), ("Esc",), _MESSAGE),
)
ACTIONS_BY_ID = {spec.id: spec for spec in ACTIONS}


def make_action(action_id: str, parent: QObject) -> QAction:
    """A QAction for ``action_id``: translated text, keys, object name. The caller connects ``triggered``."""
    spec = ACTIONS_BY_ID[action_id]
    action = QAction(spec.text, parent)
    action.setObjectName(f"action_{spec.id}")
    action.setShortcuts([QKeySequence(key) for key in spec.keys])
    return action
