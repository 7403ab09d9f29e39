"""The main window: builds its parts and hands them to the wiring.

What ``app.py`` has to know::

    window = MainWindow(store, engine_handle, settings)     # nothing heavy happens here
    window.show()                                            # first paint
    window.start()                                           # opens the last conversation, then load_model(...)
    ...
    app.exec()
    engine_handle.shutdown(wait_ms=3000); store.close()      # after the window closed

* ``store`` implements ``core.protocols.ChatStore``, ``engine_handle`` ``EngineHandle``.
* ``start`` also asks the handle to load the model; ``model_ready``/``model_failed`` are listened to by the window
  itself, so ``app.py`` wires nothing between window and handle.
* Closing the window stores drafts and what was written of a running reply, and sets every stop flag. The handle and
  the store stay the caller's to end. If the store takes less than everything, the window says so and stays open until
  it is closed again; ``window.close_anyway()`` is for a system that does not wait.
* ``window.show_problem(problem)`` shows a sentence from outside (settings file repaired, second instance, ...).
* ``window.models_wanted`` asks for the page of models, ``window.on_default_model_chosen`` and
  ``window.on_models_changed`` listen to it.
* ``window.personal_wanted`` asks for the making of a personal model, which ``PersonalModels`` answers.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, QSettings, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QIcon, QWheelEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QSplitter, QWidget

from chatbot.core.conversation_files import ConversationFiles
from chatbot.core.errors import KnownError, Problem
from chatbot.core.messages import Conversation, Message, MessageStatus, SearchHit
from chatbot.core.models import ModelJob
from chatbot.core.protocols import ChatStore, EngineHandle, InstalledModels
from chatbot.settings import Settings
from chatbot.ui import icons, problem_text, theme
from chatbot.ui.chat_controller import ChatController
from chatbot.ui.chat_language_model import ModelStatus
from chatbot.ui.chat_pane import ChatPane
from chatbot.ui.chat_search import ChatSearch
from chatbot.ui.chat_suggestions import ChatSuggestions
from chatbot.ui.conversation_list_panel import ConversationListPanel
from chatbot.ui.message_commands import MessageCommands
from chatbot.ui.settings_place import SettingsPlace
from chatbot.ui.window_closing import WindowClosing
from chatbot.ui.window_commands import WindowCommands
from chatbot.ui.window_menus import WindowMenus
from chatbot.ui.window_wiring import connect_settings_panel, connect_window
from chatbot.ui.zoom import Zoom

UNDO_DELETE, RETRY_MODEL = "undo_delete", "retry_model"
_LOOK_SETTINGS = ("are_times_shown", "are_statistics_shown", "reduce_motion")


class MainWindow(QMainWindow):
    """Conversation list, transcript, composer and settings panel in one window.

    Signals:
        models_wanted(list of Path): the page of models shall open and install what is in these folders and zip files.
        personal_wanted(list of Path): the making of a personal model shall open and read these chat logs.
    """

    models_wanted = Signal(object)
    personal_wanted = Signal(object)

    def __init__(self, store: ChatStore, engine_handle: EngineHandle, settings: Settings,
                 parent: QWidget | None = None, installed: InstalledModels | None = None,
                 files: ConversationFiles | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.setObjectName("main_window")
        self.setWindowTitle(self.tr("Wren"))
        self.setWindowIcon(QIcon(icons.icon("app")))
        self.setAcceptDrops(True)
        self.controller = ChatController(store, engine_handle, settings, self, installed, files)
        self.suggestions = ChatSuggestions(store, engine_handle, settings, self.controller, self)
        self.search = ChatSearch(store, self)
        self.zoom = Zoom(settings, self)
        self.panel = ConversationListPanel(self)
        self.pane = ChatPane(self.controller.model, self)
        self.settings_place = SettingsPlace(self)
        self.header, self.transcript = self.pane.header, self.pane.transcript
        self.composer, self.notice = self.pane.composer, self.pane.notice
        self.closing = WindowClosing(self.controller, self.notice, self)
        self.menus = WindowMenus(self)
        self.commands = WindowCommands(self, self.controller, self.pane, self.panel, self.settings_place, settings)
        self.message_commands = MessageCommands(self.controller, self.transcript.view, self.composer)
        self._arrange()
        connect_window(self)
        self._apply_settings()

    def _arrange(self) -> None:
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        for number, part in enumerate((self.panel, self.pane, self.settings_place)):
            self._splitter.addWidget(part)
            self._splitter.setStretchFactor(number, int(part is self.pane))
            self._splitter.setCollapsible(number, False)
        self.setCentralWidget(self._splitter)
        self.resize(theme.scaled(1120), theme.scaled(740))
        self._splitter.setSizes([theme.scaled(270), theme.scaled(700), theme.scaled(330)])
        geometry = QSettings().value("window/geometry")
        if geometry is not None:
            self.restoreGeometry(geometry)
        splitter = QSettings().value("window/splitter")
        if splitter is not None:
            self._splitter.restoreState(splitter)
        path = [self.panel.search_field, self.panel.new_button, self.panel.view, self.panel.results,
                self.header.sidebar_button, self.header.model_button, self.header.settings_button,
                self.header.menu_button, self.transcript.view]
        for before, after in zip(path, path[1:], strict=False):
            self.setTabOrder(before, after)

    def _apply_settings(self) -> None:
        settings = self._settings
        self.panel.setVisible(settings.are_conversations_shown)
        self.settings_place.setVisible(settings.is_settings_panel_shown)
        self.composer.show_send_key(settings.send_key)
        self._show_look()
        self._show_panel_buttons()

    def _show_look(self) -> None:
        self.transcript.view.set_look(are_times_shown=self._settings.are_times_shown,
                                      are_statistics_shown=self._settings.are_statistics_shown,
                                      may_move=not self._settings.reduce_motion)

    def _show_panel_buttons(self) -> None:
        self.header.sidebar_button.setChecked(self._settings.are_conversations_shown)
        self.header.settings_button.setChecked(self._settings.is_settings_panel_shown)

    def start(self) -> None:
        """Open the last conversation and begin to load the model; call once, after ``show``."""
        self.settings_panel = self.settings_place.fill(self._settings)
        connect_settings_panel(self)
        self.controller.start()
        self.on_shelf_changed()
        self.composer.field.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def default_model_id(self) -> str:
        """The model of conversations that have not chosen one; '' is the one that ships."""
        return self._settings.model_id

    @Slot(object)
    def show_problem(self, problem: Problem) -> None:
        """Show one sentence above the composer."""
        self.notice.show_notice(problem_text.sentence(problem), is_bad=True, stays=problem.code != "reply_running")

    # conversations
    @Slot(object)
    def on_conversation_opened(self, conversation: Conversation) -> None:
        """Another conversation is shown."""
        self.composer.show_unsent(self.controller.unsent)
        self.panel.mark_open(conversation.id)
        self.transcript.view.clear_found()
        self.settings_panel.set_overrides_possible(True)
        self.on_conversation_changed(conversation)
        self._show_last_seed()
        self._refresh_distribution()

    @Slot(object)
    def on_conversation_changed(self, conversation: Conversation) -> None:
        """Its title may be another."""
        self.header.show_conversation(conversation)
        self.setWindowTitle(self.tr("{0} – Wren").format(conversation.title) if conversation.title
                            else self.tr("Wren"))

    @Slot()
    def on_shelf_changed(self) -> None:
        """The list has to be read again."""
        self.panel.show_conversations(self.controller.shelf.all())
        self.menus.actions["undo_delete"].setEnabled(self.controller.shelf.can_undo_delete)

    @Slot(object)
    def on_deleted(self, conversation: Conversation) -> None:
        """Offer to undo it."""
        title = conversation.title or self.tr("New conversation")
        self.notice.show_notice(self.tr("“{0}” was deleted.").format(title), UNDO_DELETE, self.tr("Undo"))

    @Slot(object)
    def on_restored(self, _conversation_id: int) -> None:
        """The offer was taken."""
        self.notice.withdraw(UNDO_DELETE)

    @Slot(object)
    def on_imported(self, conversation_ids: list[int]) -> None:
        """Show the first one, unless somebody is writing: the next keys belong to what is shown. Say how many."""
        if conversation_ids and self.composer.is_at_rest:
            self.controller.open_conversation(conversation_ids[0])
        self.notice.show_notice(self.tr("%n conversation(s) imported.", "", len(conversation_ids)))

    @Slot(int, object)
    def on_exported(self, count: int, target: Path) -> None:
        """Say how many and where."""
        self.notice.show_notice(self.tr("%n conversation(s) written to {0}.", "", count).format(target))

    @Slot(object, object)
    def on_conversation_menu_wanted(self, conversation_id: int, position: QPoint) -> None:
        """The menu acts on the conversation that is shown, so show it first."""
        if self.controller.conversation is None or self.controller.conversation.id != conversation_id:
            self.controller.open_conversation(conversation_id)
        self.menus.show_for_conversation(position)

    @Slot(object, str)
    def on_place_wanted(self, hit: SearchHit, query: str) -> None:
        """Show a found message."""
        self.controller.open_message(hit.conversation_id, hit.message_id, query)

    # writing
    @Slot(str)
    def on_submitted(self, text: str) -> None:
        """Send; the text stays in the field unless it was stored."""
        if self.controller.send(text):
            self.composer.accept()

    @Slot(object, str)
    def on_edit_submitted(self, message_id: int, text: str) -> None:
        """Keep the edit; the text stays in the field unless it was stored."""
        if self.controller.edit(message_id, text):
            self.composer.accept()
            self.controller.draft.store()  # it is no unsent edit any more

    @Slot(str)
    def on_example_chosen(self, text: str) -> None:
        """Send an example; what is being typed stays."""
        self.controller.send(text, keeps_draft=True)

    @Slot(bool)
    def on_busy_changed(self, is_busy: bool) -> None:
        """A reply of the shown conversation begins or ends."""
        self.composer.set_busy(is_busy)
        self.transcript.view.set_busy(is_busy)
        self.menus.actions["stop"].setEnabled(is_busy)

    @Slot(object)
    def on_reply_finished(self, message: Message) -> None:
        """Say it once to those who listen; show its seed."""
        if message.status in (MessageStatus.COMPLETE, MessageStatus.STOPPED):
            self.transcript.view.announce(message)
        self._show_last_seed()
        self._refresh_distribution()

    def _refresh_distribution(self) -> None:
        """The picture of the next token belongs to the latest reply of the shown conversation."""
        if self.settings_panel.isVisible():
            self.controller.sampling.request_distribution()

    def _show_last_seed(self) -> None:
        seeds = [row.message.statistics.seed for row in self.controller.model.rows if row.message.statistics]
        self.settings_panel.set_last_seed(seeds[-1] if seeds else None)

    @Slot(object)
    def on_model_changed(self, status: ModelStatus) -> None:
        """Loading, ready or failed."""
        self.header.show_model(status)
        if status.problem is not None:
            self.notice.show_notice(problem_text.sentence(status.problem), RETRY_MODEL, self.tr("Try again"),
                                    is_bad=True, stays=True)
        else:
            self.notice.withdraw(RETRY_MODEL)
        model = self.controller.model
        self.pane.show_bot(model.bot_name, is_imitation=model.is_bot_imitation)
        if status.summary is not None:
            self._refresh_distribution()

    @Slot()
    def on_model_menu_opening(self) -> None:
        """Offer what is installed now."""
        language_model, wanted = self.controller.language_model, self.controller.wanted_model_id
        language_model.look()
        conversation = self.controller.conversation
        self.header.model_button.fill(language_model.installed, language_model.loaded_id(wanted) or wanted,
                                      has_own=conversation is not None and conversation.model_id is not None,
                                      more=self.menus.actions["models"])

    @Slot(str)
    def on_default_model_chosen(self, model_id: str) -> None:
        """The page of models chose for all conversations that have no model of their own."""
        self._settings.model_id = model_id
        self.on_setting_changed("model_id")
        self.commands.forget_models()

    @Slot(object)
    def on_models_changed(self, job: ModelJob) -> None:
        """A model was added, replaced or removed: drop what its old weights remember, and look again."""
        if job.what not in ("added", "installed", "removed"):
            return
        if job.what == "removed":
            self._leave_model(job.model_id)
        self.commands.forget_models()
        self.controller.replies.on_model_replaced(job.model_id)
        if self.controller.language_model.status.problem is not None:
            self.controller.load_model()

    def _leave_model(self, model_id: str) -> None:
        """It is gone: whatever was to use it uses the default model again."""
        if model_id == self._settings.model_id:
            self.on_default_model_chosen("")
        if self.controller.shelf.release_model(model_id):
            self.controller.load_model()

    @Slot(str)
    def on_notice_action(self, action: str) -> None:
        """The button of the notice."""
        if action == UNDO_DELETE:
            self.controller.shelf.undo_delete()
        elif action == RETRY_MODEL:
            self.controller.load_model()

    # settings
    @Slot(str)
    def on_setting_changed(self, name: str) -> None:
        """A setting has a new value; the preferences apply theme and font themselves."""
        if name == "send_key":
            self.composer.show_send_key(self._settings.send_key)
        elif name in _LOOK_SETTINGS:
            self._show_look()
        elif name == "model_id":
            self.controller.load_model()
        elif name in ("are_conversations_shown", "is_settings_panel_shown"):
            self._show_panel_buttons()
        self._save_settings()

    @Slot(int)
    def on_zoom_changed(self, _percent: int) -> None:
        """Dress the application in the new size."""
        application = QApplication.instance()
        if isinstance(application, QApplication):
            theme.apply_theme(application, self._settings.theme, self._settings.zoom_percent,
                              self._settings.font_family)
        self._save_settings()

    @Slot(bool)
    def on_help_toggled(self, is_shown: bool) -> None:
        """The explanations of the settings panel were opened or closed."""
        self._settings.is_help_shown = is_shown
        self._save_settings()

    @Slot(bool)
    def on_distribution_toggled(self, is_shown: bool) -> None:
        """The picture of the next token was opened or closed."""
        self._settings.is_distribution_shown = is_shown
        self._save_settings()

    def _save_settings(self) -> None:
        try:
            self._settings.save()
        except KnownError as error:
            self.show_problem(Problem.from_error(error))

    # events
    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom.step(event.angleDelta().y())
            event.accept()
        else:
            super().wheelEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self.commands.take_dropped(paths)

    def close_anyway(self) -> None:
        """Close, even if not everything can be stored."""
        self.closing.insist()
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.closing.may_close():
            event.ignore()
            return
        QSettings().setValue("window/geometry", self.saveGeometry())
        QSettings().setValue("window/splitter", self._splitter.saveState())
        super().closeEvent(event)
