"""From a dropped chat log to a personal model that chats, in the whole program with a real training process."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from chatbot import app, paths
from chatbot.core.messages import MessageStatus
from chatbot.core.personal import TrainPhase
from chatbot.core.sampling import Sampling
from chatbot.ui.personal_dialog import FILE, RESULT, REVIEW, SPEAKER
from chatbot.worker.installed_engine import InstalledModels
from chatbot.worker.personal_job import job_folder, unfinished_jobs
from tests.commands.test_personalize import PATIENT
from tests.fakes.fake_personal import FakeQuestions
from tests.training.personal.small import log_sessions, write_export, write_small_base

WAIT_MS = 90_000
ProgramMaker = Callable[[], app.Program]


@pytest.fixture
def make_program(qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch,
                 tmp_path: Path) -> Iterator[ProgramMaker]:
    """Programs with one small base model; the training is real, with limits that suit random weights."""
    gc.collect()
    gc.disable()  # as Program.run has it: not in the engine's thread
    monkeypatch.setattr(paths, "bundled_models", lambda: tmp_path / "none")
    write_small_base(paths.models_folder() / "small")
    programs: list[app.Program] = []

    def make() -> app.Program:
        program = app.Program(qapp)
        programs.append(program)
        program._settings.model_id = "small"
        program._settings.sampling = Sampling(max_tokens=6, candidates=2, seed=3)
        program.training_handle._program = (sys.executable, "-c", PATIENT)
        with qtbot.waitSignal(program.engine_handle.model_ready, timeout=20_000):
            program.window.show()
        return program

    yield make
    for program in programs:
        program.close()
    gc.enable()


def say(qtbot: QtBot, program: app.Program, text: str) -> str | None:
    """Send ``text``; the model that answered."""
    with qtbot.waitSignal(program.window.controller.reply_finished, timeout=20_000) as finished:
        assert program.window.controller.send(text)
    assert finished.args[0].status is MessageStatus.COMPLETE
    return finished.args[0].model_id


def start_from_a_drop(qtbot: QtBot, program: app.Program, log: Path) -> None:
    """Drop the log, choose Kim, review, start."""
    program.window.commands.take_dropped([log])
    qtbot.waitUntil(lambda: program.personal_models._dialog is not None, timeout=5000)
    dialog = program.personal_models.dialog
    qtbot.waitUntil(lambda: dialog.pages.currentIndex() == SPEAKER, timeout=20_000)
    names = [dialog.speaker_page.speakers.item(row).text() for row in range(2)]
    dialog.speaker_page.speakers.setCurrentRow(next(row for row, name in enumerate(names) if "Kim" in name))
    dialog.next_button.click()
    assert dialog.pages.currentIndex() == REVIEW
    dialog.next_button.click()


def test_from_a_dropped_log_over_a_restart_to_a_chat_and_away(qtbot: QtBot, make_program: ProgramMaker,
                                                              tmp_path: Path) -> None:
    log = write_export(tmp_path / "WhatsApp Chat with Kim.txt", log_sessions())
    program = make_program()
    start_from_a_drop(qtbot, program, log)
    with qtbot.waitSignal(program.training_handle.progressed, timeout=WAIT_MS,
                          check_params_cb=lambda report: report.phase is TrainPhase.TRAINING and report.step >= 10):
        program.personal_models.dialog.close()
        assert say(qtbot, program, "do you like the sea") == "small", "chatting goes on with the old model"
    assert program.window.header.training_button.isVisible()
    program.close()
    assert not program.training_handle.is_running and unfinished_jobs() == ["kim"]

    program = make_program()
    notice = program.window.notice
    qtbot.waitUntil(notice.isVisible, timeout=5000)
    assert notice.label.text() == "The training of “Kim” is not finished."
    first_steps: list[int] = []
    program.training_handle.progressed.connect(
        lambda report: first_steps.append(report.step) if report.phase is TrainPhase.TRAINING else None)
    with qtbot.waitSignal(program.training_handle.finished, timeout=WAIT_MS) as finished:
        notice.button.click()
    assert first_steps[0] >= 10 and finished.args[0].verdict.is_recommended
    dialog = program.personal_models.dialog
    assert dialog.pages.currentIndex() == RESULT and unfinished_jobs() == [] and not job_folder("kim").exists()

    with qtbot.waitSignal(program.engine_handle.model_ready, timeout=20_000):
        dialog.result_page.use_button.click()
    assert say(qtbot, program, "and the rain") == "kim"
    assert program.window.header.imitation_mark.isVisible()
    reply = program.window.controller.model.rows[-1].message
    assert program._store.nearest_state(reply.id, "kim")[0] is not None

    program.window.models_wanted.emit([])
    page = program._models_page
    qtbot.waitUntil(lambda: page.model.row_of("kim") >= 0, timeout=10_000)
    assert page.model.row_at(page.model.index(page.model.row_of("kim"))).is_personal
    dialog._ask = FakeQuestions()
    with qtbot.waitSignal(program._models_handle.job_done, timeout=20_000):
        dialog.delete_requested.emit("kim")
    qtbot.waitUntil(lambda: program.window.controller.language_model.loaded_id("small") == "small", timeout=20_000)
    assert not (paths.models_folder() / "kim").exists() and [m.id for m in InstalledModels().all()] == ["small"]
    assert program._store.nearest_state(reply.id, "kim")[0] is None
    assert notice.label.text() == "“Kim” was deleted with everything it had learned and remembered."
    assert say(qtbot, program, "good night") == "small", "the conversation goes on with the model that is left"


def test_nothing_is_made_before_it_is_wanted(make_program: ProgramMaker) -> None:
    program = make_program()
    assert program._log_handle is None and program._models_handle is None
    assert program.personal_models._dialog is None and not program.window.notice.isVisible()
    program.window.menus.actions["personal_model"].trigger()
    assert program.personal_models.dialog.isVisible() and program.personal_models.dialog.pages.currentIndex() == FILE


def test_the_models_page_leads_to_a_personal_model(make_program: ProgramMaker) -> None:
    program = make_program()
    program.window.menus.actions["models"].trigger()
    page = program._models_page
    next(action for action in page.toolbar.add_button.menu().actions()
         if action.objectName() == "wish_add_personal").trigger()
    assert program.personal_models.dialog.isVisible()
