"""The guessing game: place after place without a name, then the score with all names."""

from __future__ import annotations

from PySide6 import QtGui
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (QDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QStackedWidget,
                               QVBoxLayout, QWidget)

from chatbot.core.guessing import CHOICES, GuessingGame
from chatbot.ui import theme
from chatbot.ui.answer_button import AnswerButton
from chatbot.ui.example_card import wrapped_label
from chatbot.ui.guessing_game_end import GuessingGameEnd


class GuessingGameDialog(QDialog):
    """Can be closed and opened again at the same place. Says nothing about who wrote what before the end."""

    def __init__(self, game: GuessingGame, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Guessing game"))
        self._game = game
        self.progress = QLabel(self)
        self.progress.setProperty("role", "muted")
        self.said = wrapped_label("")
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)  # it would take the number keys
        self.answers = [AnswerButton(number, self) for number in range(1, CHOICES + 1)]
        for button in self.answers:
            button.clicked.connect(self._on_answer_clicked)
        self.end = GuessingGameEnd(self)
        self.pages = QStackedWidget(self)
        self.pages.addWidget(self._question_page())
        self.pages.addWidget(self.end)
        self.back_button = QPushButton(self.tr("Back"), self)
        self.back_button.setAutoDefault(False)
        self.back_button.clicked.connect(self._on_back)
        self.close_button = QPushButton(self.tr("Close"), self)
        self.close_button.setAutoDefault(False)
        self.close_button.clicked.connect(self.accept)
        self._arrange()
        self.resize(theme.scaled(640), theme.scaled(520))
        self._show()

    def _question_page(self) -> QWidget:
        page = QWidget(self)
        title = QLabel(self.tr("Which answer is the real one?"), page)
        title.setProperty("role", "heading")
        said_name = QLabel(self.tr("Said"), page)
        said_name.setProperty("role", "section")
        answers_name = QLabel(self.tr("Answers"), page)
        answers_name.setProperty("role", "section")
        hint = QLabel(self.tr("Press 1, 2 or 3. One answer is the real one, one the base model's and one the personal "
                              "model's; which is which is told at the end."), page)
        hint.setWordWrap(True)
        hint.setProperty("role", "muted")
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.scaled(8))
        top = QHBoxLayout()
        top.addWidget(title, 1)
        top.addWidget(self.progress)
        layout.addLayout(top)
        layout.addWidget(hint)
        layout.addWidget(_scrolling((said_name, self.said, answers_name, *self.answers)), 1)
        return page

    def _arrange(self) -> None:
        kept = QLabel(self.tr("Nothing of this is stored: the game is gone when the result is closed."), self)
        kept.setProperty("role", "muted")
        kept.setWordWrap(True)
        buttons = QHBoxLayout()
        buttons.addWidget(kept, 1)
        buttons.addWidget(self.back_button)
        buttons.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[theme.scaled(16)] * 4)
        layout.setSpacing(theme.scaled(12))
        layout.addWidget(self.pages, 1)
        layout.addLayout(buttons)

    def _show(self) -> None:
        """The present place, or the end."""
        game = self._game
        self.back_button.setEnabled(bool(game.guesses))
        if game.is_over:
            self.end.show_end(game)
            self.pages.setCurrentWidget(self.end)
            self.back_button.hide()
            self.close_button.setDefault(True)
            self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)
            self._announce("\n".join(label.text() for label in (self.end.title, self.end.picked, self.end.judgement)))
            return
        self.progress.setText(self.tr("{0} of {1}").format(len(game.guesses) + 1, len(game.places)))
        self.said.setText(game.place.said or "\u2013")
        self.pages.setAccessibleName(self.tr("Said: {0}").format(game.place.said))
        for button, answer in zip(self.answers, game.place.answers, strict=True):
            button.show_answer(answer.text)
        # On no answer, which a space meant for the one before would press.
        self.pages.setFocus(Qt.FocusReason.OtherFocusReason)
        self._announce(self.said.text())

    def _announce(self, text: str) -> None:
        if hasattr(QtGui, "QAccessibleAnnouncementEvent") and self.isVisible():  # since Qt 6.8
            QAccessible.updateAccessibility(QtGui.QAccessibleAnnouncementEvent(self, text))

    @Slot()
    def _on_answer_clicked(self) -> None:
        if not self._game.is_over:
            self._game.guess(self.sender().number - 1)
            self._show()

    @Slot()
    def _on_back(self) -> None:
        self._game.take_back()
        self._show()


def _scrolling(widgets: tuple[QWidget, ...]) -> QScrollArea:
    contents = QWidget()
    contents.setProperty("role", "plain")
    layout = QVBoxLayout(contents)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(theme.scaled(8))
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch(1)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setProperty("role", "plain")
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(contents)
    return area
