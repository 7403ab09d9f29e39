"""The guessing game on the result page: by keyboard and mouse, without a name before the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from chatbot.core.guessing import Author, GuessingGame, Place, Score, places_of
from chatbot.core.personal import VerdictCode
from chatbot.ui import theme
from chatbot.ui.guessing_game_dialog import GuessingGameDialog
from chatbot.ui.guessing_game_end import GuessingGameEnd
from chatbot.ui.personal_result_page import PersonalResultPage
from tests.fakes.fake_personal import blind_examples, result
from tests.ui.plain_looks import nameless, plain_looks, speak  # noqa: F401 - a fixture

pytestmark = pytest.mark.usefixtures("plain_looks")
NAMES = ("Real answer", "Base model", "Personal model", "your guess")


def position_of(place: Place, author: Author) -> int:
    return [answer.author for answer in place.answers].index(author)


def shown(dialog: GuessingGameDialog) -> str:
    """All texts that can be seen."""
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisibleTo(dialog))


@pytest.fixture
def game() -> GuessingGame:
    return GuessingGame(places_of(blind_examples(), seed=1))


@pytest.fixture
def dialog(qtbot: QtBot, game: GuessingGame) -> Iterator[GuessingGameDialog]:
    QLocale.setDefault(QLocale("en_GB"))  # put back by plain_looks
    made = GuessingGameDialog(game)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
    yield made


def test_number_keys_play_the_game_and_names_come_last(qtbot: QtBot, dialog: GuessingGameDialog,
                                                       game: GuessingGame) -> None:
    for number, place in enumerate(game.places):
        assert dialog.progress.text() == f"{number + 1} of 9" and dialog.said.text() == place.said
        assert [button.answer for button in dialog.answers] == [answer.text for answer in place.answers]
        assert not any(name in shown(dialog) for name in NAMES)
        wanted = Author.REAL if number < 7 else Author.BASE if number == 7 else Author.PERSONAL
        qtbot.keyClick(dialog, str(position_of(place, wanted) + 1))
    assert game.is_over and dialog.end.isVisible() and not dialog.back_button.isVisible()
    assert dialog.end.title.text() == "You found 7 of 9 real answers"
    assert "7 of 8 times" in dialog.end.judgement.text() and "4 of 100 games. This may" in dialog.end.judgement.text()
    assert "guessing finds about 3.0." in dialog.end.picked.text()
    assert "1 of the personal model, 1 of the base model" in dialog.end.picked.text()
    texts = shown(dialog)
    for words in ("Real answer (your guess)", "Personal model (your guess)", "Base model (your guess)",
                  "twice, she lies"):
        assert words in texts
    qtbot.keyClick(dialog, "1")
    assert len(game.guesses) == 9


def test_clicks_space_and_enter_answer_too(qtbot: QtBot, dialog: GuessingGameDialog, game: GuessingGame) -> None:
    qtbot.mouseClick(dialog.answers[1], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(dialog.answers[2]._text, Qt.MouseButton.LeftButton)  # what lies on the button is part of it
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Return):
        dialog.answers[0].setFocus()
        qtbot.keyClick(dialog.answers[0], key)
    assert game.guesses == [1, 2, 0, 0] and dialog.isVisible()


def test_keys_that_are_no_answer_choose_nothing(qtbot: QtBot, dialog: GuessingGameDialog, game: GuessingGame) -> None:
    for key in ("4", "0", Qt.Key.Key_Space, Qt.Key.Key_Return, "a"):
        qtbot.keyClick(QApplication.focusWidget() or dialog, key)
    assert game.guesses == [] and dialog.isVisible()


def test_back_takes_a_guess_back(qtbot: QtBot, dialog: GuessingGameDialog, game: GuessingGame) -> None:
    assert not dialog.back_button.isEnabled()
    qtbot.keyClick(dialog, "3")
    dialog.back_button.click()
    assert game.guesses == [] and dialog.progress.text() == "1 of 9" and not dialog.back_button.isEnabled()


def test_escape_leaves_and_the_game_goes_on_later(qtbot: QtBot, dialog: GuessingGameDialog, game: GuessingGame) -> None:
    qtbot.keyClick(dialog, "2")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    dialog.open()
    assert dialog.progress.text() == "2 of 9" and game.guesses == [1]


def test_long_answers_are_shown_whole(qtbot: QtBot, dialog: GuessingGameDialog, game: GuessingGame) -> None:
    game.guess(0)
    dialog._show()
    long = next(button for button in dialog.answers if "birthday" in button.answer)
    others = [button for button in dialog.answers if button is not long]
    qtbot.waitUntil(lambda: long.height() > max(other.height() for other in others))
    assert long._text.height() >= long._text.heightForWidth(long._text.width()) > long.fontMetrics().height()


def test_names_for_screen_readers_tell_no_author_and_both_themes_draw(dialog: GuessingGameDialog, game: GuessingGame,
                                                                      qapp: QApplication) -> None:
    assert nameless(dialog) == []
    assert dialog.answers[0].accessibleName() == f"Answer 1: {game.place.answers[0].text}"
    pictures = []
    for scheme in ("dark", "light"):
        theme.apply_theme(qapp, scheme, 100)
        pictures.append(dialog.grab().toImage())
    assert pictures[0] != pictures[1]


@pytest.mark.parametrize(("real", "personal", "words"), [
    (2, 0, "the real one 2 of 2 times. So few say nothing"), (10, 0, "better in < 1 of 100 games. You can tell"),
    (9, 1, "9 of 10 times; a coin does that or better in 1 of 100 games. You can tell the person"),
    (5, 5, "in 62 of 100 games. This may be luck"), (1, 9, "or worse in 1 of 100 games. You took the personal")])
def test_every_judgement_has_its_sentence(qtbot: QtBot, real: int, personal: int, words: str) -> None:
    end = GuessingGameEnd()
    qtbot.addWidget(end)
    said = end.sentence(Score({Author.REAL: real, Author.BASE: 2, Author.PERSONAL: personal}))
    assert words in said.replace("\u00a0", " ")


def test_it_speaks_chinese(qtbot: QtBot, qapp: QApplication, game: GuessingGame) -> None:
    speak(qapp, "zh_CN")
    dialog = GuessingGameDialog(game)
    qtbot.addWidget(dialog)
    dialog.show()
    assert "哪" in shown(dialog) and "Which" not in shown(dialog)


# ---- on the result page

@pytest.fixture
def page(qtbot: QtBot) -> PersonalResultPage:
    made = PersonalResultPage()
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
    return made


def test_the_page_offers_a_game_at_places_it_does_not_show(qtbot: QtBot, page: PersonalResultPage) -> None:
    page.show_result(result())
    texts = {label.text() for label in page.area.widget().findChildren(QLabel)}
    assert not texts & {example.real for example in blind_examples()}
    page.game_button.click()
    first = page.game
    qtbot.waitUntil(first.isActiveWindow)
    assert first.isVisible() and first.progress.text() == "1 of 9"
    qtbot.keyClick(first, "1")
    first.close_button.click()
    page.game_button.click()
    assert page.game is first and first.isVisible() and first.progress.text() == "2 of 9"


def test_no_places_no_game(page: PersonalResultPage) -> None:
    page.show_result(replace(result(), blind_examples=()))
    assert page.game_button is None
    page.show_result(result(VerdictCode.TOO_LITTLE_DATA))
    assert page.game_button is None


def test_a_new_result_brings_a_new_game(page: PersonalResultPage) -> None:
    page.show_result(result())
    page.game_button.click()
    old = page.game
    page.show_result(result())
    assert page.game is None and not old.isVisible()


def test_nothing_is_left_once_the_result_is_closed(page: PersonalResultPage) -> None:
    page.show_result(result())
    page.game_button.click()
    page.forget()
    assert page.game is None and page.game_button is None and page.area.widget() is None and page._places == []
