"""Learning from the chats held here, by hand: the button, the two speakers, and the same pages after that."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from chatbot.core.errors import Problem
from chatbot.core.personal import PersonalMode, Verdict, VerdictCode
from chatbot.ui import theme
from chatbot.ui.personal_dialog import FILE, RESULT, REVIEW, SPEAKER, TRAINING, PersonalDialog
from tests.fakes.fake_personal import FakeLogReader, FakeTrainer, overview, own_overview, progress, result
from tests.ui.plain_looks import nameless, plain_looks  # noqa: F401 - a fixture

pytestmark = pytest.mark.usefixtures("plain_looks")
WREN_ROW, YOU_ROW = 0, 1


@pytest.fixture
def reader() -> FakeLogReader:
    return FakeLogReader()


@pytest.fixture
def trainer() -> FakeTrainer:
    return FakeTrainer()


@pytest.fixture
def dialog(qtbot: QtBot, reader: FakeLogReader, trainer: FakeTrainer) -> Iterator[PersonalDialog]:
    QLocale.setDefault(QLocale("en_GB"))  # put back by plain_looks
    made = PersonalDialog(reader, trainer, lambda name: name.lower().replace(" ", "-"), "wren-en-s")
    qtbot.addWidget(made)
    made.show()
    yield made


def button_of(dialog: PersonalDialog) -> QPushButton:
    return next(b for b in dialog.file_page.findChildren(QPushButton) if b.text() == "Learn from my chats")


def choose_own_chats(dialog: PersonalDialog, reader: FakeLogReader, **values: object) -> None:
    button_of(dialog).click()
    reader.was_read.emit(own_overview(**values))
    assert dialog.pages.currentIndex() == SPEAKER


def test_the_button_reads_the_chats_for_the_chosen_base(dialog: PersonalDialog, reader: FakeLogReader) -> None:
    button = button_of(dialog)
    assert button.isVisible() and "deleted" in button.accessibleDescription()
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert reader.own_requests == [("wren-en-s", ())] and reader.requests == []
    assert dialog.file_page.progress.isVisible()


def test_to_know_you_is_the_first_choice(dialog: PersonalDialog, reader: FakeLogReader) -> None:
    choose_own_chats(dialog, reader)
    page = dialog.speaker_page
    assert page.speaker == ("you", "You", 412) and page.mode is PersonalMode.ME and page.name.text() == "My Wren"
    assert [page.speakers.item(row).text() for row in range(2)] == [
        "Wren: 412 messages, 90 to learn from", "You: 412 messages"]
    for words in ("824 messages", "Of 412 replies 90 can be learned from: 12 edited by you, 70 liked, 8 kept"):
        assert words in page.summary.text()
    assert page._modes[PersonalMode.ME].text() == "Know me"
    assert page._modes[PersonalMode.PERSON].text() == "Talk like me"
    assert not page.hint.isVisible() and dialog.next_button.isEnabled()


def test_wren_can_be_taught_by_what_was_liked_and_not_be_known(dialog: PersonalDialog, reader: FakeLogReader) -> None:
    choose_own_chats(dialog, reader)
    page = dialog.speaker_page
    page.speakers.setCurrentRow(WREN_ROW)
    assert page.mode is PersonalMode.PERSON and not page._modes[PersonalMode.ME].isVisible()
    assert page._modes[PersonalMode.PERSON].text() == "Reply as I like it"
    assert "not much" in page.hint.text()  # 90 of 412 count
    page.speakers.setCurrentRow(YOU_ROW)
    assert page._modes[PersonalMode.ME].isVisible()


def test_too_few_messages_are_said_before_the_training(dialog: PersonalDialog, reader: FakeLogReader) -> None:
    choose_own_chats(dialog, reader, messages=20, kinds={"plain": 20})
    page = dialog.speaker_page
    assert page.hint.isVisible() and "too little to learn from" in page.hint.text()
    assert "No reply can be learned from yet" in page.summary.text()


def test_the_job_is_about_the_own_chats(dialog: PersonalDialog, reader: FakeLogReader, trainer: FakeTrainer) -> None:
    choose_own_chats(dialog, reader)
    dialog.next_button.click()
    assert dialog.pages.currentIndex() == REVIEW and dialog.review_page.checks["phone"].text() == "Phone numbers (1)"
    dialog.review_page.names.setText("Ada")
    dialog.review_page.search_button.click()
    assert reader.own_requests[-1] == ("wren-en-s", ("Ada",)) and reader.requests == []
    reader.was_read.emit(own_overview())
    dialog.next_button.click()
    job = trainer.job
    assert dialog.pages.currentIndex() == TRAINING
    assert (job.own_chats, job.files, job.speakers, job.mode) == (True, (), ("you",), "me")
    assert (job.model_id, job.title, job.base_id, job.names) == ("my-wren", "My Wren", "wren-en-s", ("Ada",))
    trainer.progressed.emit(progress(10, 4.6))
    trainer.finished.emit(result())
    assert dialog.pages.currentIndex() == RESULT


def test_a_stopped_training_leads_back_to_the_review(dialog: PersonalDialog, reader: FakeLogReader,
                                                     trainer: FakeTrainer) -> None:
    choose_own_chats(dialog, reader)
    dialog.next_button.click()
    dialog.next_button.click()
    trainer.is_running = False
    trainer.failed.emit(Problem("training", "There is a model called my-wren already."))
    assert dialog.pages.currentIndex() == REVIEW and dialog.problem.text().startswith("There is a model")


def test_without_a_chat_the_first_page_says_so(dialog: PersonalDialog, reader: FakeLogReader) -> None:
    button_of(dialog).click()
    reader.failed.emit(Problem("import_no_chats", "in English"))
    assert dialog.pages.currentIndex() == FILE
    assert dialog.file_page.message.text().startswith("There is nothing to learn from yet")


def test_a_file_chosen_afterwards_is_a_file_again(dialog: PersonalDialog, reader: FakeLogReader,
                                                  trainer: FakeTrainer) -> None:
    from pathlib import Path
    choose_own_chats(dialog, reader)
    dialog.back_button.click()
    dialog.file_page.files_chosen.emit([Path("/somewhere/chat.txt")])
    reader.was_read.emit(overview())
    page = dialog.speaker_page
    assert page.speaker[0] == "anna" and page.mode is PersonalMode.PERSON and page.name.text() == "Anna Berg"
    assert page._modes[PersonalMode.ME].text() == "Know this person" and page._modes[PersonalMode.ME].isVisible()
    dialog.next_button.click()
    dialog.next_button.click()
    assert not trainer.job.own_chats and trainer.job.files == (Path("/somewhere/chat.txt"),)


def test_too_little_to_judge_by_is_not_called_too_little_to_learn_from(dialog: PersonalDialog) -> None:
    values = {"own_messages": 131, "needed": 50, "held_out_messages": 14}
    sentence = dialog.result_page.sentence(Verdict(VerdictCode.TOO_LITTLE_DATA, values))
    assert sentence.startswith("There is too little to judge by") and "only 14 turns" in sentence


def test_names_and_both_themes(dialog: PersonalDialog, reader: FakeLogReader, qapp: QApplication) -> None:
    assert nameless(dialog) == []
    choose_own_chats(dialog, reader)
    assert nameless(dialog) == []
    for scheme in ("dark", "light"):
        theme.apply_theme(qapp, scheme, 100)
        for page in (FILE, SPEAKER):
            dialog._show(page)
            assert not dialog.grab().isNull()
