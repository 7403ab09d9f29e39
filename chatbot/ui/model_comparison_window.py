"""The window that shows two models answering the same message, side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QCheckBox, QDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from chatbot.core.errors import KnownError, Problem
from chatbot.core.messages import Conversation
from chatbot.core.protocols import ChatStore
from chatbot.core.replies import ModelSummary, ReplyEnd
from chatbot.core.sampling import Sampling
from chatbot.ui import icons, problem_text, theme
from chatbot.ui.message_field import MessageField
from chatbot.ui.message_text import is_blank
from chatbot.ui.model_comparison import ModelComparison, Place, chosen_pair, last_message, place_of
from chatbot.ui.model_comparison_column import ModelComparisonColumn


class ModelComparisonWindow(QDialog):
    """Opens without blocking the window; the conversation goes on beside it.

    Signals:
        model_chosen(str): the shown conversation shall be written with this model.
    """

    model_chosen = Signal(str)

    def __init__(self, store: ChatStore, comparison: ModelComparison, sampling: Callable[[], Sampling],
                 parent: QWidget | None = None) -> None:
        """``sampling`` gives the settings of the shown conversation."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Compare models"))
        self._store, self._comparison, self._sampling = store, comparison, sampling
        self._conversation: Conversation | None = None
        self._writing_id = ""
        self._offered: list[ModelSummary] = []
        self._is_closing = False
        self.field = MessageField(self)
        self.field.setPlaceholderText(self.tr("What shall both answer?"))
        self.context = QCheckBox(self)
        self.context.setChecked(True)
        self.run_button = QPushButton(self)
        self.run_button.setProperty("role", "primary")
        self.run_button.setAutoDefault(False)
        self.columns = (ModelComparisonColumn(self.tr("First model"), self),
                        ModelComparisonColumn(self.tr("Second model"), self))
        self.hint = QLabel(self)
        self.hint.setWordWrap(True)
        self._arrange()
        self._connect()
        self._show_state()

    # what is compared
    @property
    def chosen_ids(self) -> tuple[str, ...]:
        """The two models that are chosen; '' where there is none."""
        return tuple(column.model_id for column in self.columns)

    def show_models(self, models: Sequence[ModelSummary], wanted: Sequence[str]) -> None:
        """Offer the installed ``models``, first the ``wanted`` ones. While a comparison runs nothing changes."""
        if self._comparison.is_running:
            return
        pair = chosen_pair(models, wanted) or ("", "")
        if self._offered != list(models) or self.chosen_ids != pair:
            self._offered = list(models)
            for column, model_id in zip(self.columns, pair, strict=True):
                column.show_models(models, model_id)
        self._show_state()

    @Slot(object)
    def show_conversation(self, conversation: Conversation | None, writing_id: str = "") -> None:
        """This conversation is shown in the main window, written by ``writing_id``."""
        has_changed = conversation is None or self._conversation is None or conversation.id != self._conversation.id
        self._conversation, self._writing_id = conversation, writing_id
        if has_changed or is_blank(self.field.toPlainText()):
            self._suggest_message()
        self._show_state()

    def _suggest_message(self) -> None:
        """The conversation's last message, unless the person has typed another."""
        if self._conversation is None or not is_blank(self.field.toPlainText()):
            return
        try:
            message = last_message(self._store, self._conversation.id)
        except KnownError as error:
            self._show_problem(Problem.from_error(error))
            return
        if message is not None:
            self.field.show_text(message.text)
            self.field.selectAll()

    # arranging
    def _arrange(self) -> None:
        card = QFrame(self)
        card.setProperty("role", "card")
        inside = QHBoxLayout(card)
        inside.setContentsMargins(*[theme.scaled(8)] * 4)
        inside.addWidget(self.field, 1)
        inside.addWidget(self.run_button, 0, Qt.AlignmentFlag.AlignBottom)
        sides = QHBoxLayout()
        sides.setSpacing(theme.scaled(10))
        for column in self.columns:
            sides.addWidget(column, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(*[theme.scaled(14)] * 4)
        box.setSpacing(theme.scaled(10))
        box.addWidget(card)
        box.addWidget(self.context)
        box.addWidget(self.hint)
        box.addLayout(sides, 1)
        self.resize(theme.scaled(860), theme.scaled(430))
        self.field.setFocus()

    def _connect(self) -> None:
        self.run_button.clicked.connect(self._on_run_clicked)
        self.field.send_wanted.connect(self._on_send_wanted)
        self.field.cancel_wanted.connect(self.reject)
        self.field.textChanged.connect(self._show_state)
        comparison = self._comparison
        for signal, slot in ((comparison.loading, self._on_loading), (comparison.text_changed, self._on_text_changed),
                             (comparison.ended, self._on_ended), (comparison.failed, self._on_failed),
                             (comparison.finished, self._on_finished)):
            signal.connect(slot)
        for column in self.columns:
            column.model_changed.connect(self._show_state)
            column.use_wanted.connect(self.model_chosen)

    @Slot()
    def _show_state(self) -> None:
        """What can be done now, and why not what cannot."""
        is_running, hint = self._comparison.is_running, self._hint()
        self.run_button.setText(self.tr("Stop") if is_running else self.tr("Compare"))
        icons.assign(self.run_button, "stop" if is_running else "send", "accent_text")
        self.run_button.setEnabled(is_running or (not hint and not is_blank(self.field.toPlainText())))
        self._show_hint(hint)
        title = (self._conversation.title or self.tr("New conversation")) if self._conversation is not None else ""
        self.context.setText(self.tr("With what was said before in “{0}”").format(title.replace("&", "&&")))
        self.context.setVisible(self._conversation is not None and self._conversation.head_id is not None)
        self.context.setEnabled(not is_running)
        for column in self.columns:
            column.set_choosable(not is_running)
            is_in_use = column.model_id == self._writing_id
            column.set_use(bool(column.model_id) and self._conversation is not None and not is_in_use,
                           self.tr("It already writes here.") if is_in_use else
                           self.tr("From the next reply on it writes in “{0}”.").format(title))

    def _hint(self) -> str:
        """Why nothing can be compared; '' if it can."""
        if self.columns[0].models.count() < len(self.columns):
            return self.tr("There is only one model on this computer. Add another one on the page of models.")
        if self.columns[0].model_id == self.columns[1].model_id:
            return self.tr("Choose two different models.")
        return ""

    def _show_hint(self, text: str, role: str = "muted") -> None:
        self.hint.setText(text)
        self.hint.setVisible(bool(text))
        if self.hint.property("role") != role:
            self.hint.setProperty("role", role)
            self.hint.style().unpolish(self.hint)
            self.hint.style().polish(self.hint)

    def _show_problem(self, problem: Problem) -> None:
        self._show_hint(problem_text.sentence(problem), "danger")

    # running
    @Slot()
    def _on_send_wanted(self) -> None:
        if self.run_button.isEnabled() and not self._comparison.is_running:
            self._run()

    @Slot()
    def _on_run_clicked(self) -> None:
        if self._comparison.is_running:
            self._comparison.stop()
        else:
            self._run()

    def _run(self) -> None:
        text = self.field.toPlainText()
        try:
            place = self._place(text)
        except KnownError as error:
            self._show_problem(Problem.from_error(error))
            return
        for column in self.columns:
            column.clear()
            column.show_waiting()
        self._comparison.start(text, self.chosen_ids, self._sampling(), place)
        self._show_state()

    def _place(self, text: str) -> Place | None:
        if self._conversation is None or not self.context.isChecked():
            return None
        return place_of(self._store, self._conversation.id, text)

    @Slot(int)
    def _on_loading(self, side: int) -> None:
        self.columns[side].show_loading()

    @Slot(int, str)
    def _on_text_changed(self, side: int, text: str) -> None:
        self.columns[side].show_text(text)

    @Slot(int, object)
    def _on_ended(self, side: int, end: ReplyEnd) -> None:
        self.columns[side].show_end(end)

    @Slot(int, object)
    def _on_failed(self, side: int, problem: Problem) -> None:
        self.columns[side].show_problem(problem)

    @Slot()
    def _on_finished(self) -> None:
        self._show_state()

    # closing
    @Slot()
    def reject(self) -> None:
        """Escape stops what runs; where nothing runs it closes the window."""
        if self._comparison.is_running and not self._is_closing:
            self._comparison.stop()
        else:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nobody looks any more: stop, so that the model's memory is free again."""
        self._is_closing = True
        self._comparison.stop()
        super().closeEvent(event)
        self._is_closing = False
