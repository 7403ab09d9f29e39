"""Every connection between the parts of the window and the controller, in one list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, SignalInstance

if TYPE_CHECKING:
    from collections.abc import Callable

    from chatbot.ui.main_window import MainWindow

Connections = list[tuple[SignalInstance, "Callable[..., object]"]]


def connect_window(window: MainWindow) -> None:
    """Wire everything; slots are bound methods of QObjects only."""
    _connect([*_list_connections(window), *_chat_connections(window), *_view_connections(window)])
    scrolling, pages = window.transcript.view.scrolling, window.controller.pages
    # Queued: loading rows while the scroll bar reports its value would change the rows under it.
    scrolling.earlier_wanted.connect(pages.load_earlier, Qt.ConnectionType.QueuedConnection)
    scrolling.later_wanted.connect(pages.load_later, Qt.ConnectionType.QueuedConnection)
    window.menus.connect_all(_action_slots(window))


def connect_settings_panel(window: MainWindow) -> None:
    """Wire the panel of reply settings, which is built after the first paint."""
    panel, sampling = window.settings_panel, window.controller.sampling
    _connect([
        (panel.sampling_changed, sampling.change),
        (panel.overrides_wanted, sampling.set_overridden),
        (panel.distribution_wanted, sampling.request_distribution),
        (panel.help_toggled, window.on_help_toggled),
        (panel.distribution_toggled, window.on_distribution_toggled),
        (sampling.shown, panel.show_sampling),
        (sampling.distribution_changed, panel.set_distribution),
    ])


def _connect(connections: Connections) -> None:
    for signal, slot in connections:
        assert isinstance(getattr(slot, "__self__", slot), (QObject, SignalInstance)), slot
        signal.connect(slot)


def _list_connections(window: MainWindow) -> Connections:
    panel, controller, shelf, search = window.panel, window.controller, window.controller.shelf, window.search
    return [
        (panel.new_wanted, controller.new_conversation),
        (panel.open_wanted, controller.open_conversation),
        (panel.place_wanted, window.on_place_wanted),
        (panel.query_changed, search.search),
        (panel.rename_wanted, shelf.rename),
        (panel.delete_wanted, shelf.delete),
        (panel.menu_wanted, window.on_conversation_menu_wanted),
        (panel.chat_wanted, window.commands.focus_composer),
        (search.found, panel.show_hits),
        (search.problem_raised, window.show_problem),
        (shelf.changed, window.on_shelf_changed),
        (shelf.changed, search.refresh),
        (shelf.deleted, window.on_deleted),
        (shelf.restored, window.on_restored),
        (shelf.imported, window.on_imported),
        (shelf.exported, window.on_exported),
    ]


def _chat_connections(window: MainWindow) -> Connections:
    controller, composer, view = window.controller, window.composer, window.transcript.view
    return [
        (controller.conversation_opened, window.on_conversation_opened),
        (controller.conversation_changed, window.on_conversation_changed),
        (controller.conversation_changed, window.closing.forget_warning),
        (controller.busy_changed, window.on_busy_changed),
        (controller.end_wanted, view.scrolling.go_to_end),
        (controller.place_found, view.show_found),
        (controller.reply_finished, window.on_reply_finished),
        (controller.problem_raised, window.show_problem),
        (controller.language_model.changed, window.on_model_changed),
        (composer.submitted, window.on_submitted),
        (composer.edit_submitted, window.on_edit_submitted),
        (composer.stop_wanted, controller.stop),
        (composer.draft_changed, controller.draft.keep),
        (composer.edit_changed, controller.draft.keep_edit),
        (composer.edited_changed, view.mark_edited),
        (composer.suggestion_wanted, window.suggestions.ask),
        (window.suggestions.ready, composer.field.ghost.offer),
        (window.suggestions.withdrawn, composer.field.ghost.clear),
        (composer.edit_last_wanted, window.message_commands.edit),
        (window.transcript.end_wanted, controller.show_end),
        (window.transcript.empty.suggestion_chosen, window.on_example_chosen),
        (view.action_wanted, window.message_commands.perform),
        (view.menu_wanted, window.message_commands.show_menu),
        (view.typed, composer.insert),
        (view.zoom_wanted, window.zoom.step),
        (window.notice.action_chosen, window.on_notice_action),
    ]


def _view_connections(window: MainWindow) -> Connections:
    header, commands = window.header, window.commands
    return [
        (window.controller.sampling.shown, header.show_sampling),
        (header.sidebar_toggled, commands.toggle_conversations),
        (header.settings_toggled, commands.toggle_settings_panel),
        (header.menu_wanted, window.menus.show_for_conversation),
        (header.model_button.about_to_open, window.on_model_menu_opening),
        (header.model_button.model_chosen, window.controller.choose_model),
        (header.training_button.clicked, commands.personal_model),
        (commands.models_wanted, window.models_wanted),
        (commands.personal_wanted, window.personal_wanted),
        (commands.setting_changed, window.on_setting_changed),
        (commands.setting_changed, window.suggestions.on_setting_changed),
        (window.zoom.changed, window.on_zoom_changed),
    ]


def _action_slots(window: MainWindow) -> dict[str, Callable[[], object]]:
    """Who carries out which action of the registry."""
    commands, messages, controller = window.commands, window.message_commands, window.controller
    return {
        "new_conversation": controller.new_conversation,
        "rename_conversation": commands.rename_conversation,
        "pin_conversation": commands.pin_conversation,
        "delete_conversation": commands.delete_conversation,
        "undo_delete": commands.undo_delete,
        "deleted_conversations": commands.deleted_conversations,
        "search": commands.search,
        "export_conversation": commands.export_conversation,
        "export_all": commands.export_all,
        "import_conversations": commands.import_conversations,
        "stop": controller.stop,
        "regenerate": messages.regenerate,
        "continue_reply": messages.continue_reply,
        "previous_version": messages.previous_version,
        "next_version": messages.next_version,
        "edit_message": messages.edit,
        "copy_message": messages.copy,
        "like_reply": messages.like,
        "dislike_reply": messages.dislike,
        "branch": messages.branch,
        "forget_from_here": messages.forget,
        "focus_composer": commands.focus_composer,
        "next_pane": commands.next_pane,
        "previous_pane": commands.previous_pane,
        "next_conversation": commands.next_conversation,
        "previous_conversation": commands.previous_conversation,
        "jump_to_end": controller.show_end,
        "toggle_conversations": commands.toggle_conversations,
        "toggle_settings_panel": commands.toggle_settings_panel,
        "zoom_in": window.zoom.zoom_in,
        "zoom_out": window.zoom.zoom_out,
        "zoom_reset": window.zoom.reset,
        "full_screen": commands.full_screen,
        "personal_model": commands.personal_model,
        "models": commands.models,
        "preferences": commands.preferences,
        "shortcuts": commands.shortcuts,
        "about": commands.about,
        "quit": commands.quit,
    }
