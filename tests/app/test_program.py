"""The whole program in one process: window, engine thread and database, joined as ``chatbot`` joins them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from pytestqt.qtbot import QtBot

from chatbot import app, paths
from chatbot.core.errors import ModelError, Problem, StorageError
from chatbot.core.messages import MessageStatus
from chatbot.storage.opening import open_reader, open_store
from tests.fakes.scripted_engine import ScriptedEngine

ProgramMaker = Callable[..., app.Program]


@pytest.fixture
def make_program(qapp: QApplication) -> Iterator[ProgramMaker]:
    """Programs with a scripted engine; closed at the end if the test has not."""
    programs: list[app.Program] = []

    def make(engine: ScriptedEngine | Exception) -> app.Program:
        def make_engine(model_id: str) -> ScriptedEngine:
            if isinstance(engine, Exception):
                raise engine
            return engine

        programs.append(app.Program(qapp, make_engine))
        programs[-1].window.show()
        return programs[-1]

    yield make
    for program in programs:
        program.close()


def say(qtbot: QtBot, program: app.Program, text: str) -> None:
    """Type ``text`` and press Enter."""
    field = program.window.findChild(QPlainTextEdit, "message_field")
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def stored() -> list[tuple[str, MessageStatus]]:
    """The messages of the first conversation, as another program would read them."""
    with closing(open_reader(paths.database_file())) as store:
        (conversation, *_) = store.conversations()
        return [(message.text, message.status) for message in store.path(conversation.id)]


def test_a_typed_message_and_its_reply_are_in_the_database(qtbot: QtBot, make_program: ProgramMaker) -> None:
    program = make_program(ScriptedEngine(["Hello there, friend."]))
    with qtbot.waitSignal(program.engine_handle.model_ready, timeout=5000):
        pass
    with qtbot.waitSignal(program.engine_handle.reply_ended, timeout=5000):
        say(qtbot, program, "Hi Wren")
    qtbot.waitUntil(lambda: stored() == [("Hi Wren", MessageStatus.COMPLETE),
                                         ("Hello there, friend.", MessageStatus.COMPLETE)], timeout=2000)


def test_a_chat_of_ten_turns_goes_on_after_a_restart_as_if_never_closed(qtbot: QtBot,
                                                                        make_program: ProgramMaker) -> None:
    texts = [f"reply number {number}" for number in range(10)]
    program = make_program(ScriptedEngine(texts))
    with qtbot.waitSignal(program.engine_handle.model_ready, timeout=5000):
        pass
    for number in range(10):
        with qtbot.waitSignal(program.engine_handle.reply_ended, timeout=5000):
            say(qtbot, program, f"message {number}")
    program.close()
    again = ScriptedEngine(["after the restart"])
    program = make_program(again)
    with qtbot.waitSignal(program.engine_handle.model_ready, timeout=5000):
        pass
    with qtbot.waitSignal(program.engine_handle.reply_ended, timeout=5000):
        say(qtbot, program, "still there?")
    (request,) = again.requests
    told = [text for number in range(10) for text in (f"message {number}", f"reply number {number}")]
    assert json.loads(request.state) == told, "the memory is the one that was saved with the last reply"
    assert [turn.text for turn in request.turns] == ["still there?"], "nothing has to be read again"


def test_closing_in_the_middle_of_a_reply_keeps_the_text(qtbot: QtBot, make_program: ProgramMaker) -> None:
    program = make_program(ScriptedEngine([" ".join(["word"] * 2000)], seconds_per_piece=0.005))
    with qtbot.waitSignal(program.engine_handle.model_ready, timeout=5000):
        pass
    shown: list[str] = []
    program.engine_handle.piece_ready.connect(lambda piece: shown.append(piece.text))
    say(qtbot, program, "Hi")
    qtbot.waitUntil(lambda: len("".join(shown)) > 50, timeout=5000)
    program.close()
    (_, (text, status)) = stored()
    assert text.startswith("".join(shown)) and status in (MessageStatus.STOPPED, MessageStatus.INTERRUPTED)


def test_a_draft_is_there_after_a_restart(qtbot: QtBot, make_program: ProgramMaker) -> None:
    program = make_program(ScriptedEngine())
    with qtbot.waitSignal(program.engine_handle.model_ready, timeout=5000):
        pass
    field = program.window.findChild(QPlainTextEdit, "message_field")
    qtbot.keyClicks(field, "half a thou")
    program.close()
    program = make_program(ScriptedEngine())
    with qtbot.waitSignal(program.engine_handle.model_ready, timeout=5000):
        pass
    assert program.window.findChild(QPlainTextEdit, "message_field").toPlainText() == "half a thou"


def test_an_edit_is_there_after_the_system_ended_the_program(qtbot: QtBot, make_program: ProgramMaker) -> None:
    program = make_program(ScriptedEngine(["Hello."]))
    with qtbot.waitSignal(program.engine_handle.model_ready, timeout=5000):
        pass
    with qtbot.waitSignal(program.window.controller.reply_finished, timeout=5000):
        say(qtbot, program, "Hi")
    program.window.message_commands.edit()
    qtbot.keyClicks(program.window.composer.field, " Wren")
    program._on_quit_requested()
    assert not program.window.isVisible()
    program.close()
    program = make_program(ScriptedEngine())
    with qtbot.waitSignal(program.engine_handle.model_ready, timeout=5000):
        pass
    assert program.window.composer.edited.text == "Hi" and program.window.composer.text == "Hi Wren"


def test_the_system_is_not_held_up_by_words_that_cannot_be_stored(
        qtbot: QtBot, make_program: ProgramMaker, expected_log, monkeypatch: pytest.MonkeyPatch) -> None:
    expected_log.expect("not everything could be stored")
    program = make_program(ScriptedEngine())
    with qtbot.waitSignal(program.engine_handle.model_ready, timeout=5000):
        pass
    qtbot.keyClicks(program.window.composer.field, "half a thou")

    def refused(*_values: object) -> None:
        raise StorageError("The disk is full.", code="disk_full_test")

    monkeypatch.setattr(program._store, "set_draft", refused)
    assert not program.window.close(), "the person is told"
    program.window.closing.forget_warning()
    program._on_quit_requested()
    assert not program.window.isVisible()


def test_without_a_model_the_window_opens_and_messages_are_kept(qtbot: QtBot, make_program: ProgramMaker) -> None:
    program = make_program(ModelError("The weights are altered.", code="model_altered"))
    with qtbot.waitSignal(program.engine_handle.model_failed, timeout=5000):
        pass
    assert program.window.isVisible()


def test_bad_settings_and_a_broken_database_are_told_in_the_window(qtbot: QtBot, make_program: ProgramMaker,
                                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    paths.settings_file().parent.mkdir(parents=True)
    paths.settings_file().write_text('theme = "purple"\nzoom_percent = 125\n')
    paths.database_file().parent.mkdir(parents=True)
    paths.database_file().write_bytes(b"this is no database" * 1000)
    program = make_program(ScriptedEngine())
    told: list[Problem] = []
    monkeypatch.setattr(program.window, "show_problem", told.append)
    qtbot.waitUntil(lambda: len(told) >= 2, timeout=5000)
    assert any("theme" in problem.sentence for problem in told)
    assert any(str(paths.data_folder()) in problem.sentence for problem in told)
    assert list(paths.data_folder().glob("*")), "the broken file is kept aside"


def test_an_uncaught_error_is_told_and_nothing_is_lost(qtbot: QtBot, make_program: ProgramMaker, expected_log,
                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    expected_log.expect("uncaught error")
    program = make_program(ScriptedEngine(["fine"]))
    with qtbot.waitSignal(program.engine_handle.model_ready, timeout=5000):
        pass
    told: list[Problem] = []
    monkeypatch.setattr(program.window, "show_problem", told.append)
    error = ZeroDivisionError("in a slot")
    program._uncaught.on_exception(type(error), error, None)
    qtbot.waitUntil(lambda: [problem.is_bug for problem in told] == [True], timeout=2000)
    with qtbot.waitSignal(program.engine_handle.reply_ended, timeout=5000):
        say(qtbot, program, "still alive?")
    qtbot.waitUntil(lambda: stored()[-1] == ("fine", MessageStatus.COMPLETE), timeout=2000)


def test_a_knock_brings_the_window_back(qtbot: QtBot, make_program: ProgramMaker) -> None:
    program = make_program(ScriptedEngine())
    program.window.showMinimized()
    program._door.knocked.emit()
    assert not program.window.isMinimized() and program.window.isVisible()


def test_closing_gives_everything_back(qtbot: QtBot, make_program: ProgramMaker) -> None:
    program = make_program(ScriptedEngine())
    program.close()
    program.close()
    open_store(paths.database_file()).store.close()  # the lock is free again


def test_the_windows_geometry_is_kept_in_our_own_folder() -> None:
    """In a process of its own: names of the application and places of settings belong to the whole process."""
    code = ("import sys; from chatbot.app import make_application; from PySide6.QtCore import QSettings; "
            "application = make_application(sys.argv[:1]); "
            "settings = QSettings(); settings.setValue('x', 1); settings.sync(); print(settings.fileName())")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert Path(done.stdout.strip()) == paths.config_folder() / "Wren" / "wren-chatbot.ini"
    assert Path(done.stdout.strip()).is_file()
