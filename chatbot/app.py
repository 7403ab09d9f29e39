"""The composition root of the window: builds every object, wires the rooms, and shuts down in order.

The order of a start: display, log, settings, database, engine thread (idle), window shown, and only after its first
paint the model, because importing torch takes longer than all the rest. The order of an end: the window keeps drafts
and what was written, the engine stops, the database closes.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSettings, Qt, QThreadPool, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QMessageBox

from chatbot import __version__, paths, settings
from chatbot.core.errors import KnownError, Problem, StorageError
from chatbot.core.models import ModelJob
from chatbot.process import display, logs
from chatbot.process.background_care import BackgroundCare
from chatbot.process.garbage import WindowThreadGarbage
from chatbot.process.quit_signals import QuitSignals
from chatbot.process.single_instance import InstanceDoor, knock
from chatbot.process.uncaught import UncaughtErrors
from chatbot.storage.opening import open_store
from chatbot.ui import translations
from chatbot.ui.main_window import MainWindow
from chatbot.ui.model_comparisons import ModelComparisons
from chatbot.ui.personal_models import PersonalModels
from chatbot.ui.theme import apply_theme
from chatbot.worker.conversation_files_handle import ConversationFilesHandle
from chatbot.worker.engine_handle import EngineHandle
from chatbot.worker.engine_worker import MakeEngine
from chatbot.worker.installed_engine import SHIPPED_MODEL_ID, InstalledModels, load_installed_engine
from chatbot.worker.personal_handle import PersonalHandle
from chatbot.worker.personal_job import free_id_for

if TYPE_CHECKING:
    from chatbot.ui.models_page import ModelsPage
    from chatbot.worker.models_handle import ModelsHandle
    from chatbot.worker.personal_log_handle import PersonalLogHandle

log = logging.getLogger(__name__)

TRAINING_WAIT_MS = 8000
"""How long an end waits for a personal training to write its checkpoint; later ones lose at most a minute of it."""
LOG_WAIT_MS = 3000
"""How long an end waits for the reading of a chat log, which looks at its stop flag at every line."""
MODELS_WAIT_MS = 3000
"""How long an end waits for downloads to be paused."""
FILES_WAIT_MS = 20_000
"""How long an end waits for an export or import to be done; only huge ones take more than a moment."""
ENGINE_WAIT_MS = 5000
"""How long an end waits for the engine; only loading a model can take that long."""
CARE_DELAY_MS = 20_000
"""Backup and tidying of the database wait until the start is over."""


def run_window() -> int:
    """Open the window and stay until it is closed; returns the exit code."""
    application = make_application(sys.argv[:1])
    logs.start_logging()
    logs.catch_crashes()
    log.info("version %s starts", __version__)
    try:
        program = Program(application)
    except StorageError as error:
        if error.code == "already_running" and knock(paths.data_folder()):
            print("chatbot: the window is already open; it was brought to the front.", file=sys.stderr)
            return 0
        return _refuse(error)
    return program.run()


def make_application(arguments: list[str]) -> QApplication:
    """The QApplication, named, so that desktop and settings know whose window this is."""
    application = QApplication(arguments)
    application.setOrganizationName("Wren")  # the folder of the window's geometry, within our folder of settings
    application.setApplicationName("wren-chatbot")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("wren-chatbot")
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(paths.config_folder()))
    return application


class Program(QObject):
    """Owns everything that lives as long as the window."""

    def __init__(self, application: QApplication, make_engine: MakeEngine | None = None) -> None:
        """``make_engine`` replaces the installed models in tests. Raises ``StorageError``."""
        super().__init__()
        self._application = application
        self._started_at = time.monotonic()
        self._settings, sentences = settings.load(paths.settings_file())
        self._notices = [Problem("settings", sentence) for sentence in sentences]
        self._store, notices = open_store(paths.database_file())
        self._notices += notices
        self._uncaught = UncaughtErrors(self)
        self._door = InstanceDoor(paths.data_folder(), self)
        self._quit_signals = QuitSignals(self)
        self._garbage = WindowThreadGarbage(self)
        self._care = BackgroundCare(paths.database_file())
        self._make_engine = make_engine or partial(load_installed_engine, threads=self._settings.threads)
        self.engine_handle = EngineHandle(self._make_engine, self)
        self._comparison_handle: EngineHandle | None = None
        translations.install(application, self._settings.language)
        apply_theme(application, self._settings.theme, self._settings.zoom_percent, self._settings.font_family)
        self.files_handle = ConversationFilesHandle(paths.database_file(), self)
        self.window = MainWindow(self._store, self.engine_handle, self._settings, installed=InstalledModels(),
                                 files=self.files_handle)
        self._models_handle: ModelsHandle | None = None
        self._models_page: ModelsPage | None = None
        self._log_handle: PersonalLogHandle | None = None
        self.training_handle = PersonalHandle(self)
        self.personal_models = PersonalModels(self.window, self.training_handle, self._make_log_handle, free_id_for)
        self.comparisons = ModelComparisons(self.window, self._store, self._make_comparison_handle)
        self._first_paint = FirstPaint(self.window, self)
        self._connect()

    def _connect(self) -> None:
        """Every signal that crosses rooms; those within the window are wired in the window."""
        self._first_paint.painted.connect(self._on_first_paint)
        self._uncaught.problem_found.connect(self._on_problem_found, Qt.ConnectionType.QueuedConnection)
        self._door.knocked.connect(self._on_knocked)
        self._quit_signals.quit_requested.connect(self._on_quit_requested)
        self.window.models_wanted.connect(self._on_models_wanted)
        self.personal_models.model_made.connect(self._on_personal_model_made)
        self.personal_models.delete_requested.connect(self._on_personal_delete_requested)

    def run(self) -> int:
        """Show the window and return the exit code when it was closed."""
        self._uncaught.install()
        self._garbage.install()
        self.window.show()
        try:
            exit_code = self._application.exec()
        finally:
            self.close()
        return exit_code

    def close(self) -> None:
        """End everything in order. The window has kept drafts and texts when it was closed."""
        self.window.close_anyway()
        self._door.close()
        self._quit_signals.remove()
        self.training_handle.shutdown(TRAINING_WAIT_MS)
        if self._log_handle is not None:
            self._log_handle.shutdown(LOG_WAIT_MS)
        if self._models_handle is not None:
            self._models_handle.shutdown(MODELS_WAIT_MS)
        has_all_ended = self.engine_handle.shutdown(ENGINE_WAIT_MS)
        has_all_ended = self.files_handle.shutdown(FILES_WAIT_MS) and has_all_ended
        if self._comparison_handle is not None:
            has_all_ended = self._comparison_handle.shutdown(ENGINE_WAIT_MS) and has_all_ended
        QThreadPool.globalInstance().waitForDone(ENGINE_WAIT_MS)
        self._save_settings()
        self._store.close()
        self._uncaught.remove()
        self._garbage.remove()
        log.info("ended")
        if not has_all_ended:
            self._leave_thread_behind()

    def _save_settings(self) -> None:
        try:
            self._settings.save()
        except KnownError as error:
            log.warning("%s", error)

    @staticmethod
    def _leave_thread_behind() -> None:
        """Everything is saved; destroying a thread that still runs would abort with a crash report."""
        logging.shutdown()
        os._exit(0)

    @Slot()
    def _on_first_paint(self) -> None:
        log.info("window visible after %.0f ms", 1000 * (time.monotonic() - self._started_at))
        self.window.start()
        for problem in self._notices:
            self.window.show_problem(problem)
        self.personal_models.offer_unfinished()
        QTimer.singleShot(CARE_DELAY_MS, self._on_care_due)

    @Slot()
    def _on_care_due(self) -> None:
        QThreadPool.globalInstance().start(self._care)

    @Slot(object)
    def _on_problem_found(self, problem: Problem) -> None:
        self.window.show_problem(problem)

    @Slot(object)
    def _on_models_wanted(self, packages: Sequence[Path]) -> None:
        """Open the page of models, made when it is wanted for the first time, and install ``packages``."""
        page = self._models_page or self._make_models_page()
        page.show()
        page.raise_()
        page.activateWindow()
        for package in packages:
            page.add(package)

    def _make_models_page(self) -> ModelsPage:
        from chatbot.ui.models_page import ModelsPage
        page = ModelsPage(self._models(), self._settings.model_id or SHIPPED_MODEL_ID, self.window)
        page.default_model_chosen.connect(self.window.on_default_model_chosen)
        page.comparison_wanted.connect(self.comparisons.open)
        page.personal_wanted.connect(self.personal_models.open)
        self._models_page = page
        return page

    def _models(self) -> ModelsHandle:
        """The door to the folder of models, made when it is wanted for the first time."""
        if self._models_handle is None:
            from chatbot.worker.models_handle import ModelsHandle
            handle = self._models_handle = ModelsHandle(paths.bundled_models(), self)
            handle.job_done.connect(self.window.on_models_changed)
            handle.job_done.connect(self.personal_models.on_model_job_done)
            handle.job_failed.connect(self.personal_models.on_model_job_failed)
        return self._models_handle

    def _make_log_handle(self) -> PersonalLogHandle:
        from chatbot.worker.personal_log_handle import PersonalLogHandle
        self._log_handle = PersonalLogHandle(self)
        return self._log_handle

    @Slot(str)
    def _on_personal_model_made(self, model_id: str) -> None:
        """The training's own process has installed it."""
        self.window.on_models_changed(ModelJob("installed", model_id))
        if self._models_handle is not None:
            self._models_handle.refresh()

    @Slot(str)
    def _on_personal_delete_requested(self, model_id: str) -> None:
        self._models().remove(paths.models_folder() / model_id)

    def _make_comparison_handle(self) -> EngineHandle:
        """An engine thread beside the one that chats; it holds a model only while a comparison needs it."""
        self._comparison_handle = EngineHandle(self._make_engine, self, name="comparison")
        return self._comparison_handle

    @Slot()
    def _on_knocked(self) -> None:
        self.window.setWindowState(self.window.windowState() & ~Qt.WindowState.WindowMinimized)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    @Slot()
    def _on_quit_requested(self) -> None:
        self.window.close_anyway()
        self._application.quit()


class FirstPaint(QObject):
    """Tells once that a window was painted for the first time.

    Signals:
        painted: after the paint event, from the event loop.
    """

    painted = Signal()

    def __init__(self, window: QObject, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window = window
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look for the first paint event and let everything pass."""
        if event.type() == QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            QTimer.singleShot(0, self._on_painted)
        return False

    @Slot()
    def _on_painted(self) -> None:
        self.painted.emit()


def _refuse(error: KnownError) -> int:
    """Say why there will be no window: in the terminal, and in a box for those who started it from a menu."""
    print(f"chatbot: {error}", file=sys.stderr)
    if display.chosen_platform(os.environ) not in display.WINDOWLESS_PLATFORMS:
        QMessageBox.critical(None, "Chatbot", str(error))
    return 1
