"""Making a personal model by hand: from the file to the result, with every way back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QHeaderView, QLabel, QPushButton, QRadioButton
from pytestqt.qtbot import QtBot

from chatbot.chatlogs.date_order import DateQuestion, DateReading
from chatbot.chatlogs.private_data import ReviewItem
from chatbot.chatlogs.records import DateOrder, SkipReason
from chatbot.core.errors import Problem
from chatbot.core.personal import (PersonalJob, PersonalMode, TrainPhase, TrainProgress, UnfinishedTraining,
                                   VerdictCode)
from chatbot.ui import theme
from chatbot.ui.personal_dialog import FILE, RESULT, REVIEW, SPEAKER, TRAINING, PersonalDialog
from chatbot.ui.skip_reasons import skip_reasons
from tests.fakes.fake_personal import FakeLogReader, FakeQuestions, FakeTrainer, overview, progress, result
from tests.ui.plain_looks import nameless, plain_looks  # noqa: F401 - a fixture

pytestmark = pytest.mark.usefixtures("plain_looks")
FILE_PATH = Path("/somewhere/chat.txt")


@pytest.fixture
def reader() -> FakeLogReader:
    return FakeLogReader()


@pytest.fixture
def trainer() -> FakeTrainer:
    return FakeTrainer()


@pytest.fixture
def questions() -> FakeQuestions:
    return FakeQuestions()


@pytest.fixture
def dialog(qtbot: QtBot, reader: FakeLogReader, trainer: FakeTrainer,
           questions: FakeQuestions) -> Iterator[PersonalDialog]:
    QLocale.setDefault(QLocale("en_GB"))  # put back by plain_looks
    made = PersonalDialog(reader, trainer, lambda name: name.lower().replace(" ", "-"), "wren-en-s",
                          questions=questions)
    qtbot.addWidget(made)
    made.show()
    yield made


def go_to_review(dialog: PersonalDialog, reader: FakeLogReader) -> None:
    dialog.file_page.files_chosen.emit([FILE_PATH])
    reader.was_read.emit(overview())
    dialog.next_button.click()
    assert dialog.pages.currentIndex() == REVIEW


def go_to_training(dialog: PersonalDialog, reader: FakeLogReader) -> None:
    go_to_review(dialog, reader)
    dialog.next_button.click()
    assert dialog.pages.currentIndex() == TRAINING


def test_a_dropped_file_is_read(dialog: PersonalDialog, reader: FakeLogReader) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(FILE_PATH)), QUrl("https://example.org/x")])
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                       Qt.KeyboardModifier.NoModifier)
    dialog.file_page.area.dropEvent(event)
    assert reader.requests == [((FILE_PATH,), None, ())]
    reader.progressed.emit(300, 1000)
    assert dialog.file_page.progress.isVisible() and dialog.file_page.progress.value() == 300


def test_the_report_and_the_people_are_shown(dialog: PersonalDialog, reader: FakeLogReader) -> None:
    dialog.file_page.files_chosen.emit([FILE_PATH])
    reader.was_read.emit(overview())
    page = dialog.speaker_page
    assert dialog.pages.currentIndex() == SPEAKER
    assert "5,210" in page.summary.text() and "pictures and files (240), notes" in page.summary.text()
    assert page.speakers.item(0).text() == "Robin: 2,500 messages (probably you)"
    assert page.speaker == ("anna", "Anna Berg", 2433) and page.name.text() == "Anna Berg"
    page.name.clear()
    assert not dialog.next_button.isEnabled()
    page.speakers.setCurrentRow(0)
    assert page.name.text() == "Robin" and dialog.next_button.isEnabled()


def test_everything_chosen_is_in_the_job(dialog: PersonalDialog, reader: FakeLogReader, trainer: FakeTrainer) -> None:
    dialog.file_page.files_chosen.emit([FILE_PATH])
    reader.was_read.emit(overview())
    dialog.speaker_page.choose_mode(PersonalMode.ME)
    dialog.speaker_page.minutes.setValue(4)
    dialog.next_button.click()
    dialog.review_page.checks["email"].setChecked(False)
    dialog.review_page.names.setText("Ada, Bob ,")
    dialog.review_page.search_button.click()
    assert reader.requests[-1] == ((FILE_PATH,), None, ("Ada", "Bob"))
    reader.was_read.emit(overview())
    assert dialog.pages.currentIndex() == REVIEW
    dialog.next_button.click()
    job = trainer.job
    assert (job.files, job.speakers, job.model_id, job.title) == ((FILE_PATH,), ("anna",), "anna-berg", "Anna Berg")
    assert (job.mode, job.base_id, job.minutes, job.names, job.kept_kinds) == ("me", "wren-en-s", 4.0, ("Ada", "Bob"),
                                                                              ("email",))


def test_the_instant_mode_needs_no_time(dialog: PersonalDialog, reader: FakeLogReader) -> None:
    dialog.speaker_page.choose_mode(PersonalMode.INSTANT)
    assert not dialog.speaker_page.minutes.isEnabled() and dialog.speaker_page.mode is PersonalMode.INSTANT
    dialog.speaker_page.choose_mode(PersonalMode.PERSON)
    assert dialog.speaker_page.minutes.isEnabled()


def test_an_open_date_order_is_asked(dialog: PersonalDialog, reader: FakeLogReader) -> None:
    question = DateQuestion("03/04/24", (DateReading(DateOrder.DAY_MONTH_YEAR, "2024-04-03"),
                                         DateReading(DateOrder.MONTH_DAY_YEAR, "2024-03-04")))
    dialog.file_page.files_chosen.emit([FILE_PATH])
    reader.was_read.emit(overview(question))
    buttons = dialog.file_page.findChildren(QRadioButton)
    assert [button.text() for button in buttons] == ["03/04/24 is 2024-04-03", "03/04/24 is 2024-03-04"]
    buttons[1].click()
    assert reader.requests[-1] == ((FILE_PATH,), "mdy", ())
    reader.was_read.emit(overview())
    assert dialog.pages.currentIndex() == SPEAKER


def test_a_file_that_cannot_be_read_is_told_and_another_can_be_chosen(dialog: PersonalDialog,
                                                                      reader: FakeLogReader) -> None:
    dialog.file_page.files_chosen.emit([FILE_PATH])
    reader.failed.emit(Problem("import_empty", "chat.txt is empty; export it again."))
    assert dialog.file_page.message.text() == "chat.txt is empty; export it again."
    assert dialog.pages.currentIndex() == FILE and not dialog.file_page.progress.isVisible()
    dialog.file_page.files_chosen.emit([FILE_PATH])
    assert len(reader.requests) == 2


def test_the_review_shows_what_is_masked(dialog: PersonalDialog, reader: FakeLogReader) -> None:
    go_to_review(dialog, reader)
    page = dialog.review_page
    assert page.checks["phone"].text() == "Phone numbers (2)" and page.model.rowCount() == 3
    assert page.model.data(page.model.index(0, 1)) == "you can call me at \u00bb+44 20 7946 0018\u00ab after six"
    assert page.model.data(page.model.index(0, 0)) == "Phone number"
    page.checks["phone"].setChecked(False)
    assert page.model.rowCount() == 1 and page.kept_kinds == ("phone",)
    dialog.back_button.click()
    assert dialog.pages.currentIndex() == SPEAKER


@pytest.mark.parametrize("width", [60, 300, 900])
def test_a_finding_is_painted_wherever_it_has_room(dialog: PersonalDialog, reader: FakeLogReader, width: int) -> None:
    """The found text stays when there is little room: it is in another weight, so the cell is not empty there."""
    go_to_review(dialog, reader)
    table = dialog.review_page.table
    table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
    table.setColumnWidth(1, width)
    cell = table.visualRect(dialog.review_page.model.index(0, 1))
    picture = table.viewport().grab(cell).toImage()
    colours = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}
    assert theme.colours().text.name() in colours, "the finding"
    assert (theme.colours().muted_text.name() in colours) or width == 60, "what stands around it"


def test_a_long_message_around_a_finding_goes_on_beyond_dots(dialog: PersonalDialog, reader: FakeLogReader) -> None:
    long = replace(overview(), review=(ReviewItem("phone", "12", "x" * 30, "y" * 29, "A"),
                                       ReviewItem("phone", "12", "a\nb", "z" * 30, "A")))
    dialog.file_page.files_chosen.emit([FILE_PATH])
    reader.was_read.emit(long)
    model = dialog.review_page.model
    assert [model.data(model.index(row, 1)) for row in (0, 1)] == [
        "…" + "x" * 30 + "\u00bb12\u00ab" + "y" * 29, "a b\u00bb12\u00ab" + "z" * 30 + "…"]


def test_every_reason_to_leave_something_out_has_words() -> None:
    assert skip_reasons().keys() == {str(reason) for reason in SkipReason}


def test_the_plot_has_no_numbers_before_there_are_any(dialog: PersonalDialog, reader: FakeLogReader,
                                                      trainer: FakeTrainer) -> None:
    go_to_training(dialog, reader)
    axes = [dialog.training_page.plot.getAxis(side) for side in ("left", "bottom")]
    assert not any(axis.isVisible() for axis in axes)
    trainer.progressed.emit(progress(1))
    assert all(axis.isVisible() for axis in axes)
    dialog.training_page.begin()
    assert not any(axis.isVisible() for axis in axes)


def test_training_shows_losses_time_and_samples(dialog: PersonalDialog, reader: FakeLogReader) -> None:
    go_to_training(dialog, reader)
    page = dialog.training_page
    for step in range(1, 41):
        dialog._trainer.progressed.emit(progress(step, 4.7 - 0.01 * step if step % 10 == 0 else None))
    assert len(page.plot.training) == 40
    assert page.plot.held_out[0] == (0.0, 4.7) and [x for x, _ in page.plot.held_out[1:]] == [10, 20, 30, 40]
    assert page.details.text() == "Step 40 of 200 · about 9 minute(s) left"
    assert "are you coming on friday?" in page.sample.text() and "see you there" in page.sample.text()
    dialog._trainer.progressed.emit(TrainProgress(TrainPhase.CHECKING))
    assert "forgot" in page.phase.text() and not page.pause_button.isEnabled()


def test_pause_go_on_and_stop(dialog: PersonalDialog, reader: FakeLogReader, trainer: FakeTrainer) -> None:
    go_to_training(dialog, reader)
    page = dialog.training_page
    trainer.progressed.emit(progress(3))
    page.pause_button.click()
    assert not page.pause_button.isEnabled()
    trainer.progressed.emit(progress(4, is_paused=True))
    assert page.pause_button.text() == "Go on" and page.pause_button.isEnabled()
    page.pause_button.click()
    trainer.progressed.emit(progress(5))
    assert page.pause_button.text() == "Pause"
    page.stop_button.click()
    assert trainer.words == ["pause", "resume", "stop"]
    trainer.is_running = False
    trainer.kept = [UnfinishedTraining("anna-berg", trainer.job)]
    trainer.stopped.emit()
    assert dialog.pages.currentIndex() == REVIEW and "goes on from here" in dialog.problem.text()
    stopped_id = trainer.job.model_id
    dialog.speaker_page.name.setText("Anna the second")
    dialog.speaker_page.minutes.setValue(3)
    dialog.next_button.click()
    assert trainer.job.model_id == stopped_id, "the same work goes on, whatever its name and its time"


def test_other_work_is_no_going_on(dialog: PersonalDialog, reader: FakeLogReader, trainer: FakeTrainer) -> None:
    trainer.kept = [UnfinishedTraining("old", PersonalJob((Path("/other.txt"),), ("anna",), "old", "Old"))]
    go_to_training(dialog, reader)
    assert trainer.job.model_id == "anna-berg"


def test_stopped_before_anything_was_learned(dialog: PersonalDialog, reader: FakeLogReader,
                                             trainer: FakeTrainer) -> None:
    go_to_training(dialog, reader)
    trainer.is_running = False
    trainer.stopped.emit()
    assert dialog.problem.text() == "Stopped before anything was learned."


def test_a_failed_training_is_one_sentence(dialog: PersonalDialog, reader: FakeLogReader, trainer: FakeTrainer) -> None:
    go_to_training(dialog, reader)
    trainer.is_running = False
    trainer.failed.emit(Problem("training", "There is a model called anna already."))
    assert dialog.pages.currentIndex() == REVIEW
    assert dialog.problem.text() == "There is a model called anna already." and dialog.problem.isVisible()


def test_a_running_training_is_found_again(qtbot: QtBot, reader: FakeLogReader, trainer: FakeTrainer) -> None:
    trainer.is_running = True
    again = PersonalDialog(reader, trainer, str.lower)
    qtbot.addWidget(again)
    assert again.pages.currentIndex() == TRAINING
    trainer.progressed.emit(progress(50))
    assert again.training_page.plot is not None and again.training_page.progress.value() == 50


def shown_texts(dialog: PersonalDialog) -> str:
    return "\n".join(label.text() for label in dialog.result_page.area.widget().findChildren(QLabel))


def test_a_good_result_can_be_used(qtbot: QtBot, dialog: PersonalDialog, reader: FakeLogReader,
                                   trainer: FakeTrainer) -> None:
    go_to_training(dialog, reader)
    with qtbot.waitSignal(dialog.model_made) as made:
        trainer.finished.emit(result())
    assert made.args == ["anna-berg"] and dialog.pages.currentIndex() == RESULT
    assert "23.4 % less" in dialog.result_page.verdict.text() and "20.8 and 26.1" in dialog.result_page.verdict.text()
    texts = shown_texts(dialog)
    for words in ("142.7 before, 109.3 after", "2.31 before, 2.02 after", "1.4 % more", "5 words in a row",
                  "yes!! 8 ok?", "haha can i have some"):
        assert words in texts
    assert "program's words" in dialog.result_page.mark.text()
    with qtbot.waitSignal(dialog.use_requested) as use:
        dialog.result_page.use_button.click()
    assert use.args == ["anna-berg"] and not dialog.isVisible()


def test_a_good_result_can_be_deleted(qtbot: QtBot, dialog: PersonalDialog, reader: FakeLogReader,
                                      trainer: FakeTrainer, questions: FakeQuestions) -> None:
    go_to_training(dialog, reader)
    trainer.finished.emit(result())
    questions.says_yes = False
    dialog.result_page.delete_button.click()
    assert dialog.isVisible(), "a second thought keeps it"
    questions.says_yes = True
    with qtbot.waitSignal(dialog.delete_requested) as delete:
        dialog.result_page.delete_button.click()
    assert delete.args == ["anna-berg"] and questions.asked == 2 * [("delete", "Anna Berg")]
    assert not dialog.isVisible()


@pytest.mark.parametrize(("code", "words"), [
    (VerdictCode.NO_GAIN, "did not help"), (VerdictCode.NOT_PROVEN, "may be chance"),
    (VerdictCode.DRIFTED, "forgot too much"), (VerdictCode.MEMORISED, "14 words from a single message"),
    (VerdictCode.TOO_LITTLE_DATA, "12 turns of the chosen speaker")])
def test_any_other_result_keeps_the_base(dialog: PersonalDialog, reader: FakeLogReader, trainer: FakeTrainer,
                                         code: VerdictCode, words: str) -> None:
    made = []
    dialog.model_made.connect(made.append)
    go_to_training(dialog, reader)
    trainer.finished.emit(result(code))
    page = dialog.result_page
    assert page.title.text() == "The base model is kept" and words in page.verdict.text()
    assert not page.use_button.isVisible() and not page.delete_button.isVisible() and made == []
    assert ("in the bag next to the door" in shown_texts(dialog)) == (code is VerdictCode.MEMORISED)
    page.keep_button.click()
    assert not dialog.isVisible()


def test_everything_has_a_name_and_both_themes_draw(dialog: PersonalDialog, reader: FakeLogReader,
                                                    trainer: FakeTrainer, qapp: QApplication) -> None:
    go_to_training(dialog, reader)
    trainer.progressed.emit(progress(10, 4.6))
    trainer.finished.emit(result())
    assert nameless(dialog) == []
    for scheme in ("dark", "light"):
        theme.apply_theme(qapp, scheme, 100)
        for page in range(5):
            dialog._show(page)
            assert not dialog.grab().isNull()


def test_closing_ends_the_reading_and_not_the_training(dialog: PersonalDialog, reader: FakeLogReader,
                                                       trainer: FakeTrainer) -> None:
    go_to_training(dialog, reader)
    dialog.close()
    assert reader.cancelled == 1 and trainer.is_running and trainer.words == []


def test_a_result_that_was_seen_makes_room_for_the_next(dialog: PersonalDialog, reader: FakeLogReader,
                                                        trainer: FakeTrainer) -> None:
    go_to_training(dialog, reader)
    trainer.finished.emit(result())
    assert dialog.pages.currentIndex() == RESULT
    dialog.reject()
    dialog.show()
    assert dialog.pages.currentIndex() == FILE


def test_a_result_that_nobody_saw_waits(dialog: PersonalDialog, reader: FakeLogReader, trainer: FakeTrainer) -> None:
    go_to_training(dialog, reader)
    dialog.close()
    trainer.is_running = False
    trainer.finished.emit(result())
    dialog.read_files([FILE_PATH])
    dialog.show()
    assert dialog.pages.currentIndex() == RESULT and "result of the last training" in dialog.problem.text()
    dialog.close()
    dialog.read_files([FILE_PATH])
    assert dialog.pages.currentIndex() == FILE and reader.requests[-1] == ((FILE_PATH,), None, ())


def test_no_file_is_read_while_a_training_runs(dialog: PersonalDialog, reader: FakeLogReader,
                                               trainer: FakeTrainer) -> None:
    go_to_training(dialog, reader)
    before = len(reader.requests)
    dialog.read_files([FILE_PATH])
    assert dialog.pages.currentIndex() == TRAINING and len(reader.requests) == before
    assert "one model is made at a time" in dialog.problem.text().lower()


def test_closing_while_a_file_is_read_leaves_an_idle_page(dialog: PersonalDialog, reader: FakeLogReader) -> None:
    dialog.file_page.files_chosen.emit([FILE_PATH])
    dialog.reject()
    dialog.show()
    assert not dialog.file_page.progress.isVisible() and dialog.file_page.message.text() == ""


@pytest.fixture
def unfinished(trainer: FakeTrainer, tmp_path: Path) -> list[UnfinishedTraining]:
    """One that can go on, one whose file is gone, one that nobody knows anything about."""
    here = tmp_path / "here.txt"
    here.write_text("x")
    trainer.kept = [
        UnfinishedTraining("kim", PersonalJob((here,), ("Kim",), "kim", "Kim", minutes=7.0)),
        UnfinishedTraining("lee", PersonalJob((here, tmp_path / "away.zip"), ("Lee",), "lee", "Lee <b>")),
        UnfinishedTraining("old")]
    return trainer.kept


def lines(dialog: PersonalDialog) -> list[tuple[str, list[QPushButton]]]:
    """Sentence and buttons of each unfinished training."""
    return [(line.findChild(QLabel).text(), line.findChildren(QPushButton))
            for line in dialog.file_page.unfinished._lines]


def test_unfinished_trainings_are_on_the_first_page(unfinished: list[UnfinishedTraining],
                                                    dialog: PersonalDialog) -> None:
    assert dialog.file_page.unfinished.isVisible()
    (first, first_buttons), (second, second_buttons), (third, _) = lines(dialog)
    assert first == "The training of “Kim” is not finished." and len(first_buttons) == 2
    assert "Lee <b>" in second and "put away.zip back" in second and len(second_buttons) == 1
    assert "old" in third and "not known any more" in third
    assert nameless(dialog.file_page) == []


def test_an_unfinished_training_goes_on(unfinished: list[UnfinishedTraining], dialog: PersonalDialog,
                                        trainer: FakeTrainer) -> None:
    next(button for button in lines(dialog)[0][1] if button.text() == "Go on").click()
    assert trainer.job is unfinished[0].job and dialog.pages.currentIndex() == TRAINING
    trainer.is_running = False
    trainer.stopped.emit()
    assert dialog.pages.currentIndex() == FILE and dialog.file_page.unfinished.isVisible()


def test_an_unfinished_training_is_given_up_after_a_question(unfinished: list[UnfinishedTraining],
                                                             dialog: PersonalDialog, trainer: FakeTrainer,
                                                             questions: FakeQuestions) -> None:
    questions.says_yes = False
    lines(dialog)[1][1][0].click()
    assert trainer.words == [] and len(lines(dialog)) == 3
    questions.says_yes = True
    for _ in range(3):
        lines(dialog)[0][1][0].click()
    assert trainer.words == ["give up kim", "give up lee", "give up old"]
    assert not dialog.file_page.unfinished.isVisible()
