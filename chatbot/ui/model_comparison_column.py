"""One side of the comparison: which model, what it writes, what that cost, and the button to use it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLocale, Qt, Signal, Slot
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QComboBox, QFrame, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from chatbot.core.errors import Problem
from chatbot.core.replies import EndReason, ModelSummary, ReplyEnd
from chatbot.ui import icons, problem_text, theme
from chatbot.ui.message_text import has_endless_word
from chatbot.ui.model_texts import joined


class ModelComparisonColumn(QFrame):
    """Signals:
        model_changed(): another model was chosen.
        use_wanted(str): the conversation shall be written with this model.
    """

    model_changed = Signal()
    use_wanted = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """``name`` tells the two sides apart for those who cannot see them."""
        super().__init__(parent)
        self.setProperty("role", "card")
        self.models = QComboBox(self)
        self.models.setAccessibleName(name)
        self.models.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.models.setMinimumContentsLength(10)
        self.models.currentIndexChanged.connect(self._on_index_changed)
        self.reply = QPlainTextEdit(self)
        self.reply.setReadOnly(True)
        # The card around it has the frame.
        self.reply.setStyleSheet("QPlainTextEdit { background: transparent; border: 1px solid transparent; }"
                                 "QPlainTextEdit:focus { border: 1px solid palette(highlight); }")
        self.reply.setTabChangesFocus(True)
        self.reply.setPlaceholderText(self.tr("Its reply will stand here."))
        self.status = QLabel(self)
        self.status.setProperty("role", "muted")
        self.status.setTextFormat(Qt.TextFormat.PlainText)
        self.status.setWordWrap(True)
        self.use_button = QPushButton(self.tr("Use this model here"), self)
        self.use_button.setAutoDefault(False)
        icons.assign(self.use_button, "check")
        self.use_button.clicked.connect(self._on_use_clicked)
        box = QVBoxLayout(self)
        box.setContentsMargins(*[theme.scaled(10)] * 4)
        box.setSpacing(theme.scaled(8))
        box.addWidget(self.models)
        box.addWidget(self.reply, 1)
        box.addWidget(self.status)
        box.addWidget(self.use_button, 0, Qt.AlignmentFlag.AlignLeft)

    @property
    def model_id(self) -> str:
        """The chosen model; '' if there is none."""
        return self.models.currentData() or ""

    def show_models(self, models: Sequence[ModelSummary], chosen_id: str) -> None:
        """Offer ``models``; says nothing about the change."""
        self.models.blockSignals(True)
        self.models.clear()
        names = [model.name for model in models]
        for model in models:
            text = model.name if names.count(model.name) == 1 else f"{model.name} ({model.id})"
            self.models.addItem(self.tr("{0} (personal)").format(text) if model.is_personal else text, model.id)
            self.models.setItemData(self.models.count() - 1, model.id, Qt.ItemDataRole.ToolTipRole)
        self.models.setCurrentIndex(max(0, self.models.findData(chosen_id)))
        self.models.blockSignals(False)
        self.clear()

    def clear(self) -> None:
        """No reply yet."""
        self.show_text("")
        self._say("")
        self.reply.setAccessibleName(self.tr("Reply of {0}").format(self.models.currentText()))

    def show_waiting(self) -> None:
        """The other one is first."""
        self._say(self.tr("Waits for the other one…"))

    def show_loading(self) -> None:
        """Its model is on its way."""
        self._say(self.tr("Loading the language model…"))

    def show_text(self, text: str) -> None:
        """All that is written so far."""
        if self.reply.toPlainText() == text:
            return
        wrap = QTextOption.WrapMode.WrapAnywhere if has_endless_word(text) else \
            QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere
        self.reply.setWordWrapMode(wrap)
        self.reply.setPlainText(text)
        self.reply.verticalScrollBar().setValue(self.reply.verticalScrollBar().maximum())
        if text:
            self._say(self.tr("Writing…"))

    def show_end(self, end: ReplyEnd) -> None:
        """It is whole: the text and its numbers."""
        self.show_text(end.text)
        locale, statistics = QLocale(), end.statistics
        numbers = [self.tr("%n word(s)", "", len(end.text.split()))]
        if statistics.tokens:
            numbers += [self.tr("{0} tokens per second").format(locale.toString(round(statistics.tokens_per_second))),
                        self.tr("first token after {0} s").format(
                            locale.toString(statistics.first_token_seconds, "f", 2))]
        if end.reason is EndReason.STOPPED:
            numbers.insert(0, self.tr("Stopped"))
        self._say(joined(*numbers))

    def show_problem(self, problem: Problem) -> None:
        """Its model cannot write."""
        self._say(problem_text.sentence(problem), "danger")

    def set_choosable(self, can_choose: bool) -> None:
        """While the two write nothing can be chosen."""
        self.models.setEnabled(can_choose)

    def set_use(self, can_use: bool, reason: str) -> None:
        """Whether the shown conversation can be given this model; ``reason`` says why or why not."""
        self.use_button.setEnabled(can_use)
        self.use_button.setToolTip(reason)

    def _say(self, text: str, role: str = "muted") -> None:
        self.status.setText(text)
        if self.status.property("role") != role:
            self.status.setProperty("role", role)
            self.status.style().unpolish(self.status)
            self.status.style().polish(self.status)

    @Slot()
    def _on_index_changed(self) -> None:
        self.clear()
        self.model_changed.emit()

    @Slot()
    def _on_use_clicked(self) -> None:
        self.use_wanted.emit(self.model_id)
