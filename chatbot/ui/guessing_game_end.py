"""The end of the guessing game: the score, what it says and what it does not, and who wrote what."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from chatbot.core.guessing import Author, GuessingGame, Judgement, Score
from chatbot.ui import theme
from chatbot.ui.example_card import ExampleCard


class GuessingGameEnd(QWidget):
    """Empty until ``show_end``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QLabel(self)
        self.title.setProperty("role", "heading")
        self.judgement = self._wrapping()
        self.picked = self._wrapping()
        self.area = QScrollArea(self)
        self.area.setWidgetResizable(True)
        self.area.setProperty("role", "plain")
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setAccessibleName(self.tr("Who wrote what"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.scaled(8))
        for widget in (self.title, self.picked, self.judgement):
            layout.addWidget(widget)
        layout.addWidget(self.area, 1)

    def _wrapping(self) -> QLabel:
        label = QLabel(self)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        return label

    def show_end(self, game: GuessingGame) -> None:
        """Fill the page; the game must be over."""
        score = game.score()
        self.title.setText(self.tr("You found {0} of {1} real answers").format(score.found, score.asked))
        self.judgement.setText(self.sentence(score))
        self.picked.setText(self.tr("Pure guessing finds about {0}. Answers taken for real: {1} of the personal model, "
                                    "{2} of the base model.").format(
            QLocale().toString(score.expected, "f", 1), score.picked[Author.PERSONAL], score.picked[Author.BASE]))
        page = QWidget()
        page.setProperty("role", "plain")
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, theme.scaled(6), 0)
        layout.setSpacing(theme.scaled(10))
        names = self._names()
        width = max(QFontMetrics(self.font()).horizontalAdvance(self._as_guess(name)) for name in names.values())
        for place, guess in zip(game.places, game.guesses, strict=True):
            rows = [(self._as_guess(names[answer.author]) if position == guess else names[answer.author], answer.text)
                    for position, answer in enumerate(place.answers)]
            layout.addWidget(ExampleCard([(self.tr("Said"), place.said), *rows], page, width))
        layout.addStretch(1)
        self.area.setWidget(page)

    def sentence(self, score: Score) -> str:
        """What may be concluded, and how sure that is."""
        duels = self.tr("Between the real answer and the personal model's you chose the real one {0} of {1} times"
                        ).format(score.found, score.duels)
        if score.judgement is Judgement.TOO_FEW:
            return self.tr("{0}. So few say nothing: even the best score may be luck.").format(duels)
        if score.judgement is Judgement.FOOLED:
            return self.tr("{0}; a coin does that or worse in {1} of 100 games. You took the personal model for the "
                           "person more often than luck explains.").format(duels, _per_hundred(score.chance_of_as_few))
        as_many = _per_hundred(score.chance_of_as_many)
        if score.judgement is Judgement.TOLD_APART:
            return self.tr("{0}; a coin does that or better in {1} of 100 games. You can tell the person from the "
                           "personal model.").format(duels, as_many)
        return self.tr("{0}; a coin does that or better in {1} of 100 games. This may be luck, and does not say "
                       "whether you can tell the person from the personal model.").format(duels, as_many)

    def _names(self) -> dict[Author, str]:
        return {Author.REAL: self.tr("Real answer"), Author.BASE: self.tr("Base model"),
                Author.PERSONAL: self.tr("Personal model")}

    def _as_guess(self, name: str) -> str:
        return self.tr("{0} (your guess)").format(name)


def _per_hundred(chance: float) -> str:
    """Games in a hundred as a whole number, or that it is less than one."""
    return f"{100 * chance:.0f}" if chance >= 0.01 else "<\u00a01"
