"""Making a personal model, from the file to the result, page by page in one window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from chatbot.core.errors import Problem
from chatbot.core.personal import (LogOverview, LogReader, PersonalJob, PersonalResult, PersonalTrainer, TrainProgress)
from chatbot.ui import problem_text, theme
from chatbot.ui.personal_file_page import PersonalFilePage
from chatbot.ui.personal_questions import PersonalQuestions
from chatbot.ui.personal_result_page import PersonalResultPage
from chatbot.ui.personal_review_page import PersonalReviewPage
from chatbot.ui.personal_speaker_page import PersonalSpeakerPage
from chatbot.ui.personal_training_page import PersonalTrainingPage

FILE, SPEAKER, REVIEW, TRAINING, RESULT = range(5)


class PersonalDialog(QDialog):
    """Does not block the window it belongs to; closing it does not end a training.

    Signals:
        use_requested(str): the new model's id; chats are to use it.
        delete_requested(str): the new model is to be removed with all that belongs to it.
        model_made(str): a personal model was installed.
    """

    use_requested = Signal(str)
    delete_requested = Signal(str)
    model_made = Signal(str)

    def __init__(self, reader: LogReader, trainer: PersonalTrainer, make_id: Callable[[str], str], base_id: str = "",
                 parent: QWidget | None = None, questions: PersonalQuestions | None = None) -> None:
        """``make_id`` turns a name into the id of a model that does not exist yet."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Make a personal model"))
        self._reader, self._trainer, self._make_id = reader, trainer, make_id
        self._ask = questions or PersonalQuestions(self)
        self.base_id = base_id
        self._date_order: str | None = None
        self._files: tuple[Path, ...] = ()
        self._is_own_chats = False
        self.file_page, self.speaker_page = PersonalFilePage(self), PersonalSpeakerPage(self)
        self.review_page, self.training_page = PersonalReviewPage(self), PersonalTrainingPage(self)
        self.result_page = PersonalResultPage(self)
        self.pages = QStackedWidget(self)
        for page in (self.file_page, self.speaker_page, self.review_page, self.training_page, self.result_page):
            self.pages.addWidget(page)
        self.steps = QLabel(self)
        self.steps.setProperty("role", "muted")
        self.steps.setTextFormat(Qt.TextFormat.RichText)
        self.problem = QLabel(self)
        self.problem.setWordWrap(True)
        self.problem.setProperty("role", "danger")
        self.problem.hide()
        self.back_button = QPushButton(self.tr("Back"), self)
        self.next_button = QPushButton(self)
        self.next_button.setProperty("role", "primary")
        self.next_button.setDefault(True)
        self._build()
        self._connect()
        self._show(TRAINING if trainer.is_running else FILE)
        self.resize(theme.scaled(760), theme.scaled(620))

    def _build(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self.problem, 1)
        buttons.addStretch(0)
        buttons.addWidget(self.back_button)
        buttons.addWidget(self.next_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[theme.scaled(16)] * 4)
        layout.setSpacing(theme.scaled(10))
        layout.addWidget(self.steps)
        layout.addWidget(self.pages, 1)
        layout.addLayout(buttons)

    def _connect(self) -> None:
        reader, trainer = self._reader, self._trainer
        reader.progressed.connect(self.file_page.show_reading)
        reader.was_read.connect(self._on_read)
        reader.failed.connect(self._on_reading_failed)
        trainer.progressed.connect(self._on_progressed)
        trainer.finished.connect(self._on_finished)
        trainer.stopped.connect(self._on_stopped)
        trainer.failed.connect(self._on_training_failed)
        self.file_page.files_chosen.connect(self._on_files_chosen)
        self.file_page.own_chats_chosen.connect(self._on_own_chats_chosen)
        self.file_page.date_order_chosen.connect(self._on_date_order_chosen)
        self.file_page.unfinished.go_on_requested.connect(self.go_on)
        self.file_page.unfinished.give_up_requested.connect(self._on_give_up)
        self.speaker_page.changed.connect(self._on_changed)
        self.review_page.names_changed.connect(self._on_names_changed)
        self.training_page.pause_requested.connect(self._on_pause)
        self.training_page.resume_requested.connect(self._on_resume)
        self.training_page.stop_requested.connect(self._on_stop)
        self.result_page.use_requested.connect(self._on_use)
        self.result_page.keep_base_requested.connect(self.accept)
        self.result_page.delete_requested.connect(self._on_delete)
        self.back_button.clicked.connect(self._on_back)
        self.next_button.clicked.connect(self._on_next)

    def _show(self, page: int) -> None:
        names = (self.tr("Chat"), self.tr("Person"), self.tr("Private data"), self.tr("Learning"), self.tr("Result"))
        self.steps.setText("&nbsp; › &nbsp;".join(f"<b>{n}. {name}</b>" if n - 1 == page else f"{n}. {name}"
                                                  for n, name in enumerate(names, 1)))
        self.pages.setCurrentIndex(page)
        self.back_button.setVisible(page in (SPEAKER, REVIEW))
        self.next_button.setVisible(page in (SPEAKER, REVIEW))
        self.next_button.setText(self.tr("Start learning") if page == REVIEW else self.tr("Next"))
        self.problem.hide()
        self._on_changed()
        if page == FILE:
            self._show_unfinished()

    def _complain(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.show()

    # -- coming back

    def read_files(self, files: Sequence[Path]) -> None:
        """Begin with these files, unless a training is going on or its result was not seen yet."""
        if self._trainer.is_running:
            self._complain(self.tr("One model is made at a time; drop the chat again when this one is done."))
            return
        if self.pages.currentIndex() == RESULT and not self.isVisible():
            self._complain(self.tr("This is the result of the last training. Close it, then drop the chat again."))
            return
        self._show(FILE)
        self._on_files_chosen(list(files))

    @Slot(str)
    def go_on(self, model_id: str) -> None:
        """Go on with an unfinished training; if that cannot be done, the first page says why."""
        found = next((each for each in self._trainer.unfinished() if each.model_id == model_id), None)
        if self._trainer.is_running or found is None or found.job is None or not found.can_go_on:
            self._show(TRAINING if self._trainer.is_running else FILE)
            return
        self._files, self._is_own_chats = (), False
        self._start(found.job)

    @Slot(str)
    def _on_give_up(self, model_id: str) -> None:
        titles = {training.model_id: training.title for training in self._trainer.unfinished()}
        if model_id in titles and self._ask.may_give_up(titles[model_id]):
            self._trainer.give_up(model_id)
        self._show_unfinished()

    def _show_unfinished(self) -> None:
        self.file_page.unfinished.show_trainings(self._trainer.unfinished())

    # -- the log

    @Slot(list)
    def _on_files_chosen(self, files: list[Path]) -> None:
        self._files, self._date_order, self._is_own_chats = tuple(files), None, False
        self._read()

    @Slot()
    def _on_own_chats_chosen(self) -> None:
        self._files, self._date_order, self._is_own_chats = (), None, True
        self._read()

    @Slot(str)
    def _on_date_order_chosen(self, order: str) -> None:
        self._date_order = order
        self._read()

    @Slot(list)
    def _on_names_changed(self, _names: list[str]) -> None:
        self._read()

    def _read(self) -> None:
        self.file_page.show_reading(0, 0)
        if self._is_own_chats:
            self._reader.read_own_chats(self.base_id, self.review_page.chosen_names)
        else:
            self._reader.read(self._files, self._date_order, self.review_page.chosen_names)

    @Slot(object)
    def _on_read(self, overview: LogOverview) -> None:
        if overview.report.question is not None:
            self.file_page.show_question(overview.report.question)
            return
        self.file_page.show_idle()
        self.review_page.show_log(overview)
        if self.pages.currentIndex() == FILE:
            self.speaker_page.show_log(overview)
            self._show(SPEAKER)

    @Slot(object)
    def _on_reading_failed(self, problem: Problem) -> None:
        self.file_page.show_problem(problem_text.sentence(problem))
        self._show(FILE)

    # -- from page to page

    @Slot()
    def _on_changed(self) -> None:
        self.next_button.setEnabled(self.speaker_page.is_complete)

    @Slot()
    def _on_back(self) -> None:
        self._show(self.pages.currentIndex() - 1)

    @Slot()
    def _on_next(self) -> None:
        if self.pages.currentIndex() == SPEAKER:
            self._show(REVIEW)
        elif self._trainer.is_running:
            self._complain(self.tr("Another training is going on; wait for it, or stop it first."))
        else:
            self._start(self._job())

    def _start(self, job: PersonalJob) -> None:
        self.training_page.begin()
        self._show(TRAINING)
        self.training_page.setFocus(Qt.FocusReason.OtherFocusReason)  # not on Stop, which a space would press
        self._trainer.start(job)

    def _job(self) -> PersonalJob:
        page, chosen = self.speaker_page, self.speaker_page.speaker
        assert chosen is not None
        title = page.name.text().strip()
        job = PersonalJob(self._files, (chosen[0],), "", title, str(page.mode), self.base_id,
                          float(page.minutes.value()), date_order=self._date_order,
                          names=self.review_page.chosen_names, kept_kinds=self.review_page.kept_kinds,
                          own_chats=self._is_own_chats)
        same = [each.model_id for each in self._trainer.unfinished() if each.job and each.job.is_same_work(job)]
        return replace(job, model_id=same[0] if same else self._make_id(title))

    # -- the training

    @Slot(object)
    def _on_progressed(self, progress: TrainProgress) -> None:
        if self.training_page.plot is None:
            self.training_page.begin()
        self.training_page.show_progress(progress)

    @Slot(object)
    def _on_finished(self, result: PersonalResult) -> None:
        self.result_page.show_result(result)
        self._show(RESULT)
        if result.verdict.is_recommended and self._trainer.job is not None:
            self.model_made.emit(self._trainer.job.model_id)

    @Slot()
    def _on_stopped(self) -> None:
        job = self._trainer.job
        is_kept = job is not None and any(each.model_id == job.model_id for each in self._trainer.unfinished())
        self._show(REVIEW if self._files or self._is_own_chats else FILE)
        self._complain(self.tr("Stopped. Starting the same again goes on from here.") if is_kept else
                       self.tr("Stopped before anything was learned."))

    @Slot(object)
    def _on_training_failed(self, problem: Problem) -> None:
        self._show(REVIEW if self._files or self._is_own_chats else FILE)
        self._complain(problem_text.sentence(problem))

    @Slot()
    def _on_pause(self) -> None:
        self._trainer.pause()

    @Slot()
    def _on_resume(self) -> None:
        self._trainer.resume()

    @Slot()
    def _on_stop(self) -> None:
        self._trainer.stop()

    @Slot()
    def _on_use(self) -> None:
        if self._trainer.job is not None:
            self.use_requested.emit(self._trainer.job.model_id)
        self.accept()

    @Slot()
    def _on_delete(self) -> None:
        job = self._trainer.job
        if job is not None and self._ask.may_delete(job.title):
            self.delete_requested.emit(job.model_id)
            self.accept()

    # -- the window

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self.training_page.adapt_to_theme()
        super().changeEvent(event)

    def done(self, result: int) -> None:
        """Closed in whatever way: nothing is read any more, and a result that was seen makes room for a new start."""
        super().done(result)
        self._reader.cancel()
        if not self.file_page.progress.isHidden():
            self.file_page.show_idle()
        if self.pages.currentIndex() == RESULT:
            self._files, self._is_own_chats = (), False
            self.result_page.forget()
            self._show(FILE)
