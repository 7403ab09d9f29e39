"""Personal models and the chat window: opening, dropping, the sign of a running training, results, going on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from chatbot.core.errors import Problem
from chatbot.core.models import ModelJob
from chatbot.core.personal import PersonalJob, TrainPhase, TrainProgress, UnfinishedTraining, VerdictCode
from chatbot.core.replies import ModelSummary
from chatbot.settings import Settings
from chatbot.ui import theme
from chatbot.ui.main_window import MainWindow
from chatbot.ui.personal_dialog import FILE, RESULT, SPEAKER, TRAINING
from chatbot.ui.personal_models import PersonalModels
from tests.fakes.fake_engine_handle import FakeEngineHandle
from tests.fakes.fake_personal import FakeLogReader, FakeQuestions, FakeTrainer, overview, progress, result
from tests.fakes.fake_store import FakeStore
from tests.ui.chat_parts import Heard, drop, engine, settings, store, talking, talks, window  # noqa: F401 - fixtures
from tests.ui.plain_looks import nameless, plain_looks  # noqa: F401 - fixtures

pytestmark = pytest.mark.usefixtures("plain_looks")
LOG = "24/12/2025, 18:00 - Anna: hi"


class FakeInstalled:
    """Models that are installed, as far as the window knows."""

    def __init__(self) -> None:
        self.models: list[ModelSummary] = []

    def all(self) -> list[ModelSummary]:
        return list(self.models)


def summary(model_id: str, *, is_personal: bool = False, is_imitation: bool | None = None) -> ModelSummary:
    return ModelSummary(model_id, model_id.title(), 1, "en", "MIT", 0, "", is_personal,
                        is_personal if is_imitation is None else is_imitation)


@dataclass
class Desk:
    """The window with everything around it."""

    window: MainWindow
    personal: PersonalModels
    reader: FakeLogReader
    trainer: FakeTrainer
    installed: FakeInstalled

    @property
    def sign(self) -> object:
        return self.window.header.training_button

    @property
    def notice(self) -> object:
        return self.window.notice

    @property
    def page(self) -> int:
        return self.personal.dialog.pages.currentIndex()

    def start_training(self) -> None:
        """From the menu to the first report of a training."""
        self.window.menus.actions["personal_model"].trigger()
        dialog = self.personal.dialog
        dialog._ask = FakeQuestions()
        dialog.file_page.files_chosen.emit([Path("/somewhere/chat.txt")])
        self.reader.was_read.emit(overview())
        dialog.next_button.click()
        dialog.next_button.click()
        self.trainer.progressed.emit(progress(50))

    def end(self, code: VerdictCode = VerdictCode.HELPED) -> None:
        """The training ends with this verdict."""
        self.trainer.is_running = False
        self.trainer.finished.emit(result(code))


@pytest.fixture
def desk(talking: MainWindow) -> Iterator[Desk]:
    reader, trainer, installed = FakeLogReader(), FakeTrainer(), FakeInstalled()
    talking.controller.language_model._installed = installed
    personal = PersonalModels(talking, trainer, lambda: reader, lambda title: title.lower().replace(" ", "-"))
    yield Desk(talking, personal, reader, trainer, installed)
    personal.dialog.close()


def test_the_menu_its_key_and_nothing_before_it_is_wanted(desk: Desk) -> None:
    action = desk.window.menus.actions["personal_model"]
    assert action in desk.window.menus.menus["conversation"].actions()
    assert action.shortcut().toString() == "Ctrl+Shift+P" and action.text() == "Make a personal model…"
    assert desk.personal._dialog is None
    action.trigger()
    first = desk.personal.dialog
    assert first.isVisible() and desk.page == FILE and not first.isModal()
    first.close()
    action.trigger()
    assert desk.personal.dialog is first and first.isVisible()


def test_a_dropped_log_opens_the_dialog_and_is_read(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    one, two = tmp_path / "chat.txt", tmp_path / "more.zip"
    one.write_text(LOG), two.write_bytes(b"PK\x03\x04")
    drop(desk.window, one, two)
    qtbot.waitUntil(lambda: desk.personal._dialog is not None and desk.personal.dialog.isVisible(), timeout=5000)
    assert desk.reader.requests == [((one, two), None, ())]
    assert desk.personal.dialog.file_page.progress.isVisible()
    desk.reader.was_read.emit(overview())
    assert desk.page == SPEAKER
    drop(desk.window, two)
    qtbot.waitUntil(lambda: len(desk.reader.requests) == 2, timeout=5000)
    assert desk.page == FILE, "another drop begins anew"


def test_closing_the_dialog_leaves_a_sign_that_brings_it_back(desk: Desk) -> None:
    assert not desk.sign.isVisible()
    desk.start_training()
    assert desk.sign.isVisible() and desk.sign.text() == "Learning, 25 %"
    desk.personal.dialog.close()
    desk.trainer.progressed.emit(progress(150))
    assert desk.trainer.is_running and desk.trainer.words == [] and desk.sign.text() == "Learning, 75 %"
    assert "go on chatting" in desk.sign.accessibleDescription() and not nameless(desk.window.header)
    assert desk.window.controller.send("hello"), "chatting goes on"
    desk.sign.click()
    assert desk.personal.dialog.isVisible() and desk.page == TRAINING and desk.sign.isVisible()


@pytest.mark.parametrize(("report", "text"), [
    (progress(3, is_paused=True), "Learning is paused"), (TrainProgress(TrainPhase.READING), "Learning…"),
    (TrainProgress(TrainPhase.CHECKING), "Checking…"), (progress(199), "Learning, 99 %")])
def test_the_sign_says_what_is_being_done(desk: Desk, qapp: QApplication, report: TrainProgress, text: str) -> None:
    desk.start_training()
    desk.trainer.progressed.emit(report)
    assert desk.sign.text() == text == desk.sign.accessibleName()
    for scheme in ("dark", "light"):
        theme.apply_theme(qapp, scheme, 150)
        assert not desk.sign.grab().isNull() and not desk.sign.icon().isNull()


def test_the_sign_goes_when_the_training_is_stopped(desk: Desk) -> None:
    desk.start_training()
    desk.trainer.is_running = False
    desk.trainer.stopped.emit()
    assert not desk.sign.isVisible()


def test_a_result_that_is_seen_needs_no_sign(desk: Desk) -> None:
    desk.start_training()
    made = Heard(desk.personal.model_made)
    desk.end()
    assert desk.page == RESULT and not desk.sign.isVisible() and not desk.notice.isVisible()
    assert made.values == ["anna-berg"]


def test_a_result_behind_a_closed_dialog_waits_with_a_notice(desk: Desk) -> None:
    desk.start_training()
    desk.personal.dialog.close()
    desk.end()
    assert desk.sign.text() == "Result ready" and desk.sign.isVisible()
    assert desk.notice.label.text() == "“Anna Berg” has learned and is ready."
    desk.notice.button.click()
    assert desk.personal.dialog.isVisible() and desk.page == RESULT and not desk.sign.isVisible()


def test_a_result_that_is_no_help_says_so(desk: Desk) -> None:
    desk.start_training()
    desk.personal.dialog.close()
    made = Heard(desk.personal.model_made)
    desk.end(VerdictCode.NO_GAIN)
    assert "the base model is kept" in desk.notice.label.text() and made.values == []
    desk.sign.click()
    assert desk.page == RESULT and not desk.notice.isVisible()


@pytest.mark.parametrize("is_open", [True, False])
def test_a_failed_training_is_told_once(desk: Desk, is_open: bool) -> None:
    desk.start_training()
    if not is_open:
        desk.personal.dialog.close()
    desk.trainer.is_running = False
    desk.trainer.failed.emit(Problem("training_killed", "The training was ended from outside."))
    assert desk.notice.isVisible() is not is_open and not desk.sign.isVisible()
    if not is_open:
        assert desk.notice.label.text() == "The training was ended from outside."
        desk.notice.button.click()
    assert desk.personal.dialog.problem.text() == "The training was ended from outside."
    assert desk.personal.dialog.problem.isVisible()


def test_using_the_result_switches_the_shown_conversation(desk: Desk, engine: FakeEngineHandle,
                                                          store: FakeStore) -> None:
    others = {each.id: each.model_id for each in store.conversations()}
    shown = desk.window.controller.conversation.id
    desk.start_training()
    desk.end()
    desk.installed.models = [summary("wren-en-s"), summary("anna-berg", is_personal=True)]
    desk.personal.dialog.result_page.use_button.click()
    assert desk.window.controller.conversation.model_id == "anna-berg" and not desk.personal.dialog.isVisible()
    assert {each.id: each.model_id for each in store.conversations()} == others | {shown: "anna-berg"}
    engine.model_ready.emit(summary("anna-berg", is_personal=True))
    assert desk.window.header.model_button.accessibleName() == "Model: Anna-Berg"
    assert desk.window.header.imitation_mark.isVisible() and "imitates" in desk.window.pane.honest_line.text()
    button = desk.window.header.model_button
    button.about_to_open.emit()
    assert [(entry.data(), entry.isChecked()) for entry in button.menu().actions() if entry.isCheckable()] == [
        ("wren-en-s", False), ("anna-berg", True)]


def test_a_model_that_stays_wren_imitates_nobody(desk: Desk, engine: FakeEngineHandle) -> None:
    desk.installed.models = [summary("my-wren", is_personal=True, is_imitation=False)]
    engine.model_ready.emit(desk.installed.models[0])
    assert not desk.window.header.imitation_mark.isVisible()
    assert desk.window.controller.model.bot_name == "Wren" and "imitates" not in desk.window.pane.honest_line.text()


def test_deleting_the_result_says_what_is_gone(desk: Desk) -> None:
    desk.start_training()
    desk.end()
    wanted = Heard(desk.personal.delete_requested)
    desk.personal.dialog.result_page.delete_button.click()
    assert wanted.values == ["anna-berg"] and not desk.notice.isVisible(), "said when it is done, not before"
    desk.personal.on_model_job_done(ModelJob("removed", "another"))
    assert not desk.notice.isVisible()
    desk.personal.on_model_job_done(ModelJob("removed", "anna-berg"))
    assert desk.notice.label.text() == "“Anna Berg” was deleted with everything it had learned and remembered."


def test_a_result_that_cannot_be_deleted_is_told(desk: Desk) -> None:
    desk.personal.on_model_job_failed(Problem("busy", "A download failed."))
    assert not desk.notice.isVisible(), "the page of models tells its own failures"
    desk.start_training()
    desk.end()
    desk.personal.dialog.result_page.delete_button.click()
    desk.personal.on_model_job_failed(Problem("busy", "Another program is changing the models."))
    assert desk.notice.label.text() == "Another program is changing the models."


def test_conversations_leave_a_model_that_is_gone(desk: Desk, engine: FakeEngineHandle,
                                                  store: FakeStore, settings: Settings) -> None:
    ids = [each.id for each in store.conversations()]
    for conversation_id in ids[:2]:
        store.set_model(conversation_id, "anna-berg")
    store.set_model(ids[2], "other")
    message = store.path(ids[0])[-1]
    store.save_state(message.id, "anna-berg", b"memory"), store.save_state(message.id, "other", b"memory")
    desk.window.controller.open_conversation(ids[0])
    engine.model_ready.emit(summary("anna-berg", is_personal=True))
    settings.model_id = "anna-berg"
    desk.window.on_models_changed(ModelJob("removed", "anna-berg"))
    assert [store.conversation(each).model_id for each in ids[:3]] == [None, None, "other"]
    assert settings.model_id == "" and desk.window.controller.wanted_model_id == ""
    assert desk.window.controller.language_model.status.wanted_id == ""
    assert store.nearest_state(message.id, "anna-berg")[0] is None, "its memory is gone with it"
    assert store.nearest_state(message.id, "other")[0] == b"memory"


@pytest.fixture
def job(tmp_path: Path) -> PersonalJob:
    file = tmp_path / "chat.txt"
    file.write_text(LOG)
    return PersonalJob((file,), ("Kim",), "kim", "Kim")


def test_an_unfinished_training_is_offered_at_the_start(desk: Desk, job: PersonalJob) -> None:
    desk.personal.offer_unfinished()
    assert not desk.notice.isVisible()
    desk.trainer.kept = [UnfinishedTraining("lost"), UnfinishedTraining("kim", job)]
    desk.personal.offer_unfinished()
    assert desk.notice.label.text() == "The training of “Kim” is not finished." and desk.notice.isVisible()
    assert desk.personal._dialog is None, "nothing opens by itself"
    desk.notice.button.click()
    assert desk.trainer.job is job and desk.trainer.is_running
    assert desk.personal.dialog.isVisible() and desk.page == TRAINING


def test_an_offer_does_not_hide_a_problem(desk: Desk, job: PersonalJob) -> None:
    desk.window.show_problem(Problem("settings", "The settings were repaired."))
    desk.trainer.kept = [UnfinishedTraining("kim", job)]
    desk.personal.offer_unfinished()
    assert desk.notice.label.text() == "The settings were repaired."
    desk.window.menus.actions["personal_model"].trigger()
    buttons = desk.personal.dialog.file_page.unfinished.findChildren(QPushButton)
    assert sorted(button.text() for button in buttons) == ["Give up", "Go on"], "the first page still offers it"


def test_an_offer_that_comes_too_late_leads_to_the_first_page(desk: Desk, job: PersonalJob) -> None:
    desk.trainer.kept = [UnfinishedTraining("kim", job)]
    desk.personal.offer_unfinished()
    job.files[0].unlink()
    desk.notice.button.click()
    assert not desk.trainer.is_running and desk.page == FILE and desk.personal.dialog.isVisible()


@pytest.mark.parametrize(("chosen", "base"), [("", ""), ("big", "big"), ("anna-berg", ""), ("gone", "")])
def test_the_base_is_the_default_model_unless_that_is_personal(desk: Desk, settings: Settings,
                                                               chosen: str, base: str) -> None:
    desk.installed.models = [summary("big"), summary("anna-berg", is_personal=True)]
    settings.model_id = chosen
    desk.start_training()
    assert desk.trainer.job.base_id == base
