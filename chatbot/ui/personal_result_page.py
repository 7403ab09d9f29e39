"""Last page of making a personal model: the honest result, and what to do with it."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt, Signal, Slot
from PySide6.QtWidgets import QFormLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from chatbot.core.guessing import GuessingGame, Place, places_of
from chatbot.core.personal import Example, PersonalResult, Verdict, VerdictCode
from chatbot.ui import theme
from chatbot.ui.example_card import ExampleCard, wrapped_label
from chatbot.ui.guessing_game_dialog import GuessingGameDialog


class PersonalResultPage(QWidget):
    """Signals: use_requested(), keep_base_requested(), delete_requested()."""

    use_requested = Signal()
    keep_base_requested = Signal()
    delete_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.game: GuessingGameDialog | None = None
        """Made when it is wanted first; it keeps what was guessed."""
        self.game_button: QPushButton | None = None
        self._places: list[Place] = []
        self.title = QLabel(self)
        self.title.setProperty("role", "heading")
        self.verdict = QLabel(self)
        self.verdict.setWordWrap(True)
        self.verdict.setTextFormat(Qt.TextFormat.PlainText)
        self.use_button = QPushButton(self.tr("Use it"), self)
        self.use_button.setProperty("role", "primary")
        self.use_button.clicked.connect(self.use_requested)
        self.keep_button = QPushButton(self.tr("Keep the base model"), self)
        self.keep_button.clicked.connect(self.keep_base_requested)
        self.delete_button = QPushButton(self.tr("Delete it"), self)
        self.delete_button.setProperty("role", "danger")
        self.delete_button.setToolTip(self.tr("The model, its memory of conversations and everything learned go."))
        self.delete_button.clicked.connect(self.delete_requested)
        self.area = QScrollArea(self)
        self.area.setWidgetResizable(True)
        self.area.setProperty("role", "plain")
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.mark = QLabel(self.tr("What it says are a program's words, not the person's."), self)
        self.mark.setProperty("role", "muted")
        buttons = QHBoxLayout()
        buttons.addWidget(self.mark)
        buttons.addStretch(1)
        for button in (self.delete_button, self.keep_button, self.use_button):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.scaled(8))
        layout.addWidget(self.title)
        layout.addWidget(self.verdict)
        layout.addWidget(self.area, 1)
        layout.addLayout(buttons)

    def show_result(self, result: PersonalResult) -> None:
        """Fill the page."""
        self.forget()
        self._places = places_of(result.blind_examples)
        is_good = result.verdict.is_recommended
        self.title.setText(self.tr("It helped") if is_good else self.tr("The base model is kept"))
        self.verdict.setText(self.sentence(result.verdict))
        for button in (self.use_button, self.delete_button):
            button.setVisible(is_good)
        self.mark.setVisible(is_good)
        self.keep_button.setText(self.tr("Keep the base model") if is_good else self.tr("Close"))
        self.area.setWidget(self._contents(result))

    def forget(self) -> None:
        """Let go of all that was written in private; the guessing game cannot be played after that."""
        if self.game is not None:
            self.game.close()
            self.game.deleteLater()
        self.game, self.game_button, self._places = None, None, []
        shown = self.area.takeWidget()
        if shown is not None:
            shown.deleteLater()

    def sentence(self, verdict: Verdict) -> str:
        """The judgement in words."""
        v, number = verdict.values, self._number
        if verdict.code is VerdictCode.HELPED:
            return self.tr("Messages it had never seen surprise it {0} % less than the base model; with 95 % certainty "
                           "between {1} and {2} %.").format(number(-v["change_percent"]), number(-v["high"]),
                                                            number(-v["low"]))
        if verdict.code is VerdictCode.TOO_LITTLE_DATA and v["own_messages"] >= v["needed"]:
            return self.tr("There is too little to judge by: the newest part, which is held out for that, has only {0} "
                           "turns of the chosen speaker, and short ones. A longer chat would tell.").format(
                               v["held_out_messages"])
        if verdict.code is VerdictCode.TOO_LITTLE_DATA:
            return self.tr("There is too little to learn from: {0} turns of the chosen speaker, and at least {1} are "
                           "needed, with some more to judge by.").format(v["own_messages"], v["needed"])
        if verdict.code is VerdictCode.NO_GAIN:
            return self.tr("It did not help: messages it had never seen surprise it as much as before ({0} %).").format(
                number(v["change_percent"]))
        if verdict.code is VerdictCode.NOT_PROVEN:
            return self.tr("It may have helped ({0} %), but that may be chance: the change lies between {1} and {2} %. "
                           "A longer chat would tell.").format(number(v["change_percent"]), number(v["low"]),
                                                               number(v["high"]))
        if verdict.code is VerdictCode.DRIFTED:
            return self.tr("It forgot too much of what the base model knew: other text surprises it {0} % more, and at "
                           "most 3 % is allowed.").format(number(v["drift_percent"]))
        return self.tr("It recites the chat: among its replies was a run of {0} words from a single message, and at "
                       "most {1} are allowed. It is not kept, because it would give away what was written in private. "
                       "A longer chat makes that less likely.").format(v["words"], v["limit"])

    def _number(self, value: float) -> str:
        return QLocale().toString(float(value), "f", 1)

    def _contents(self, result: PersonalResult) -> QWidget:
        page = QWidget()
        page.setProperty("role", "plain")
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, theme.scaled(6), 0)
        layout.setSpacing(theme.scaled(10))
        layout.addLayout(self._numbers(result))
        if result.examples:
            layout.addLayout(self._examples_title(page))
        for example in result.examples:
            layout.addWidget(self._card(example, page))
        layout.addStretch(1)
        return page

    def _numbers(self, result: PersonalResult) -> QFormLayout:
        form = QFormLayout()
        form.setHorizontalSpacing(theme.scaled(20))
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        number, locale = self._number, QLocale()
        turns = self.tr("{0} turns of the chosen speaker; {1} more were held out to judge by")
        form.addRow(self.tr("Learned from"), QLabel(turns.format(
            locale.toString(result.own_messages - result.held_out_messages),
            locale.toString(result.held_out_messages))))
        if result.before is not None and result.after is not None:
            form.addRow(self.tr("Perplexity per word"), QLabel(self.tr("{0} before, {1} after").format(
                number(result.before.perplexity), number(result.after.perplexity))))
            form.addRow(self.tr("Bits per character"), QLabel(self.tr("{0} before, {1} after").format(
                locale.toString(result.before.bits_per_character, "f", 2),
                locale.toString(result.after.bits_per_character, "f", 2))))
        if result.drift_percent is not None:
            form.addRow(self.tr("Other text"), QLabel(
                self.tr("{0} % more surprising than before").format(number(result.drift_percent))
                if result.drift_percent > 0 else self.tr("no more surprising than before")))
        if result.memorisation is not None:
            m = result.memorisation
            form.addRow(self.tr("Copied from the chat"), QLabel(self.tr(
                "at most {0} words in a row from a single message, in {1} replies").format(m.longest_copied_run,
                                                                                          m.replies)))
            if result.verdict.code is VerdictCode.MEMORISED:
                form.addRow(self.tr("Namely"), wrapped_label(m.copied_text))
        return form

    def _examples_title(self, page: QWidget) -> QHBoxLayout:
        title = QLabel(self.tr("Places it had never seen"), page)
        title.setProperty("role", "section")
        row = QHBoxLayout()
        row.addWidget(title)
        row.addStretch(1)
        if self._places:
            self.game_button = QPushButton(self.tr("Play a guessing game…"), page)
            self.game_button.setAutoDefault(False)
            self.game_button.setToolTip(self.tr("Find the real answers among the models', at other places"))
            self.game_button.clicked.connect(self._on_game_wanted)
            row.addWidget(self.game_button)
        return row

    def _card(self, example: Example, page: QWidget) -> ExampleCard:
        return ExampleCard(((self.tr("Said"), example.before[-1] if example.before else ""),
                            (self.tr("Real answer"), example.real), (self.tr("Base model"), example.base),
                            (self.tr("Personal model"), example.personal)), page)

    @Slot()
    def _on_game_wanted(self) -> None:
        if self.game is None:
            self.game = GuessingGameDialog(GuessingGame(self._places), self)
        self.game.open()
