"""Where making personal models meets the chat window: one dialog, the sign of a running training, use and delete."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from chatbot.core.errors import Problem
from chatbot.core.models import ModelJob
from chatbot.core.personal import LogReader, PersonalResult, PersonalTrainer, TrainProgress
from chatbot.ui import problem_text

if TYPE_CHECKING:
    from chatbot.ui.main_window import MainWindow
    from chatbot.ui.personal_dialog import PersonalDialog

GO_ON, SHOW_RESULT = "go_on_training", "show_training_result"


class PersonalModels(QObject):
    """Chatting goes on with the old model while a new one is made, whether the dialog is open or not.

    Signals:
        model_made(str): a personal model was installed.
        delete_requested(str): a personal model is to go; ``on_model_job_done`` or ``on_model_job_failed`` ends it.
    """

    model_made = Signal(str)
    delete_requested = Signal(str)

    def __init__(self, window: MainWindow, trainer: PersonalTrainer, make_reader: Callable[[], LogReader],
                 make_id: Callable[[str], str]) -> None:
        """``make_reader`` is called when the dialog opens first; ``make_id`` turns a name into a free model id."""
        super().__init__(window)
        self._window, self._trainer = window, trainer
        self._make_reader, self._make_id = make_reader, make_id
        self._dialog: PersonalDialog | None = None
        self._deleting: tuple[str, str] | None = None
        """Id and name of the model that is being deleted."""
        trainer.progressed.connect(self._on_progressed)
        trainer.stopped.connect(self._on_stopped)
        window.personal_wanted.connect(self.open)
        window.notice.action_chosen.connect(self._on_notice_action)

    @property
    def dialog(self) -> PersonalDialog:
        """The one dialog, made when it is wanted first."""
        if self._dialog is None:
            from chatbot.ui.personal_dialog import PersonalDialog
            made = self._dialog = PersonalDialog(self._make_reader(), self._trainer, self._make_id, "", self._window)
            made.use_requested.connect(self._on_use_requested)
            made.delete_requested.connect(self._on_delete_requested)
            made.model_made.connect(self.model_made)
            # After the dialog has taken them in: what is said here depends on whether a person sees it there.
            self._trainer.finished.connect(self._on_finished)
            self._trainer.failed.connect(self._on_failed)
        return self._dialog

    @Slot()
    @Slot(object)
    def open(self, files: Sequence[Path] = ()) -> None:
        """Show the dialog, and begin with ``files`` if there are any."""
        dialog = self.dialog
        dialog.base_id = self._base_id()
        if files:
            dialog.read_files(files)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
        self._window.notice.withdraw(SHOW_RESULT)
        self._window.notice.withdraw(GO_ON)
        if not self._trainer.is_running:
            self._window.header.training_button.show_nothing()

    def offer_unfinished(self) -> None:
        """At the start: say that a training can go on, unless something more urgent is being said."""
        trainings = [training for training in self._trainer.unfinished() if training.can_go_on]
        if trainings and not self._trainer.is_running and not self._window.notice.isVisible():
            text = self.tr("The training of “{0}” is not finished.").format(trainings[0].title)
            self._window.notice.show_notice(text, GO_ON, self.tr("Go on"), stays=True)

    def _base_id(self) -> str:
        """The default model; a personal one is no base to start from, so the one that ships takes its place."""
        language_model, wanted = self._window.controller.language_model, self._window.default_model_id
        language_model.look()
        return wanted if wanted in {each.id for each in language_model.installed if not each.is_personal} else ""

    @property
    def _is_seen(self) -> bool:
        return self._dialog is not None and self._dialog.isVisible()

    # the training
    @Slot(object)
    def _on_progressed(self, progress: TrainProgress) -> None:
        self._window.header.training_button.show_progress(progress)

    @Slot()
    def _on_stopped(self) -> None:
        self._window.header.training_button.show_nothing()

    @Slot(object)
    def _on_finished(self, result: PersonalResult) -> None:
        button = self._window.header.training_button
        if self._is_seen:
            button.show_nothing()
            return
        button.show_ready()
        title = self._trainer.job.title if self._trainer.job is not None else ""
        text = (self.tr("“{0}” has learned and is ready.") if result.verdict.is_recommended else
                self.tr("The training of “{0}” has ended; the base model is kept.")).format(title)
        self._window.notice.show_notice(text, SHOW_RESULT, self.tr("Show the result"), stays=True)

    @Slot(object)
    def _on_failed(self, problem: Problem) -> None:
        self._window.header.training_button.show_nothing()
        if not self._is_seen:
            self._window.notice.show_notice(problem_text.sentence(problem), SHOW_RESULT, self.tr("Show"), is_bad=True,
                                            stays=True)

    @Slot(str)
    def _on_notice_action(self, action: str) -> None:
        if action == SHOW_RESULT:
            self.open()
        elif action == GO_ON:
            trainings = [training for training in self._trainer.unfinished() if training.can_go_on]
            if trainings:
                self.dialog.go_on(trainings[0].model_id)
            self.open()

    # the result
    @Slot(str)
    def _on_use_requested(self, model_id: str) -> None:
        self._window.controller.choose_model(model_id)
        self._window.activateWindow()

    @Slot(str)
    def _on_delete_requested(self, model_id: str) -> None:
        job = self._trainer.job
        self._deleting = (model_id, job.title if job is not None else model_id)
        self.delete_requested.emit(model_id)

    @Slot(object)
    def on_model_job_done(self, job: ModelJob) -> None:
        """Say that the model is gone, if it was deleted here."""
        if self._deleting is not None and job.what == "removed" and job.model_id == self._deleting[0]:
            text = self.tr("“{0}” was deleted with everything it had learned and remembered.")
            self._window.notice.show_notice(text.format(self._deleting[1]))
            self._deleting = None

    @Slot(object)
    def on_model_job_failed(self, problem: Problem) -> None:
        """Say that the model could not be deleted, if it was to be deleted here."""
        if self._deleting is not None:
            self._deleting = None
            self._window.show_problem(problem)
