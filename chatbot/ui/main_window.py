"""The main window: builds its parts and hands them to the wiring.

What ``app.py`` has to know::

    window = MainWindow(store, engine_handle, settings)     # nothing heavy happens here
    window.show()                                            # first paint
    window.start()                                           # opens the last conversation, then load_model(...)
    ...
    app.exec()
    engine_handle.shutdown(wait_ms=3000); store.close()      # after the window closed

* ``store`` implements ``core.protocols.ChatStore``, ``engine_handle`` ``EngineHandle``, ``settings``
  ``WindowSettings`` (``model_id``, ``sampling``, ``theme``, ``zoom_percent``, ``send_key``, ``save()``).
* ``start`` also asks the handle to load ``settings.model_id``; ``model_ready``/``model_failed`` are listened to by the
  window itself, so ``app.py`` wires nothing between window and handle.
* Closing the window stores drafts and what was written of a running reply, and sets every stop flag. The handle and
  the store stay the caller's to end.
* ``window.show_problem(problem)`` shows a sentence from outside (settings file repaired, second instance, ...).
* ``extra_pages`` of later rooms (models, personalise) come in through ``window.menus``.
"""

from __future__ import annotations

from PySide6.QtWidgets import QMainWindow, QWidget

from chatbot.core.errors import Problem
from chatbot.core.protocols import ChatStore, EngineHandle, WindowSettings


class MainWindow(QMainWindow):
    """Conversation list, transcript, composer and settings panel in one window."""

    def __init__(self, store: ChatStore, engine_handle: EngineHandle, settings: WindowSettings,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._engine = engine_handle
        self._settings = settings

    def start(self) -> None:
        """Open the last conversation and begin to load the model; call once, after ``show``."""

    def show_problem(self, problem: Problem) -> None:
        """Show one sentence above the transcript."""
