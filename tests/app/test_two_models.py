"""Two real models in the whole program: a conversation changes from one to the other and back, and loses nothing."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from chatbot import app, paths
from chatbot.core.messages import Message, MessageStatus, Role
from chatbot.core.models import ModelJob
from chatbot.core.protocols import ChatStore
from chatbot.core.replies import ReplyRequest, Turn
from chatbot.core.sampling import LiveSampling, Sampling
from chatbot.worker.installed_engine import InstalledModels, load_installed_engine
from tests.fakes.tiny_model import write_tiny_model


@pytest.fixture
def program(qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[app.Program]:
    """The program with two models of different sizes, of which ``tiny-a`` is the default; short replies."""
    gc.collect()
    gc.disable()  # as Program.run has it: not in the engine's thread
    monkeypatch.setattr(paths, "bundled_models", lambda: tmp_path / "bundled")
    write_tiny_model(paths.models_folder(), "tiny-a")
    write_tiny_model(paths.models_folder(), "tiny-b", vocabulary_size=364)
    program = app.Program(qapp)
    program._settings.sampling = Sampling(max_tokens=6, candidates=2, seed=3)
    with qtbot.waitSignal(program.engine_handle.model_ready, timeout=20_000):
        program.window.show()
    yield program
    program.close()
    gc.enable()


def say(qtbot: QtBot, program: app.Program, text: str) -> Message:
    """Send ``text``; the reply as it was stored."""
    with qtbot.waitSignal(program.window.controller.reply_finished, timeout=20_000) as finished:
        assert program.window.controller.send(text)
    (reply,) = finished.args
    assert reply.status == MessageStatus.COMPLETE
    return reply


def store_of(program: app.Program) -> ChatStore:
    return program._store


def told(program: app.Program, before: Message, after: Message | None = None) -> list[Turn]:
    """What was said before ``before`` (and after ``after``)."""
    path = store_of(program).path(before.conversation_id)
    return [Turn(message.role, message.text, message.id) for message in path
            if (after.id if after else 0) < message.id < before.id]


def test_the_other_model_reads_everything_that_was_said(qtbot: QtBot, program: app.Program) -> None:
    controller, store = program.window.controller, store_of(program)
    first = say(qtbot, program, "my name is Sam")
    assert first.model_id == "tiny-a"
    controller.choose_model("tiny-b")
    assert store.nearest_state(first.id, "tiny-b")[0] is None, "nothing is read before it is needed"
    second = say(qtbot, program, "how are you today?")
    assert second.model_id == "tiny-b"
    engine_b = load_installed_engine("tiny-b")
    state, later = store.nearest_state(second.parent_id, "tiny-b")
    assert later == [] and state == engine_b.state_after(None, told(program, second)), \
        "the other model's memory is that of one who read it all"


def test_back_with_the_first_model_its_own_memory_goes_on(qtbot: QtBot, program: app.Program) -> None:
    controller, store = program.window.controller, store_of(program)
    first = say(qtbot, program, "my name is Sam")
    memory, _ = store.nearest_state(first.id, "tiny-a")
    controller.choose_model("tiny-b")
    say(qtbot, program, "how are you today?")
    controller.choose_model(None)
    assert [message.text for message in store.nearest_state(controller.model.rows[-1].message.id, "tiny-a")[1]] == \
        [row.message.text for row in controller.model.rows[2:]], "only what it has not read is read"
    third = say(qtbot, program, "good night")
    assert first.model_id == third.model_id == "tiny-a"
    engine_a = load_installed_engine("tiny-a")
    expected = engine_a.state_after(memory, told(program, third, first))
    assert store.nearest_state(third.parent_id, "tiny-a")[0] == expected


def test_a_model_whose_files_changed_forgets_and_is_loaded_anew(qtbot: QtBot, program: app.Program) -> None:
    store = store_of(program)
    reply = say(qtbot, program, "my name is Sam")
    write_tiny_model(paths.models_folder() / ".new", "tiny-a", vocabulary_size=362)
    old, new = paths.models_folder() / "tiny-a", paths.models_folder() / ".new" / "tiny-a"
    for file in new.iterdir():
        (old / file.name).write_bytes(file.read_bytes())
    with qtbot.waitSignal(program.engine_handle.model_ready, timeout=20_000):
        program.window.on_models_changed(ModelJob("installed", "tiny-a"))
    assert store.nearest_state(reply.id, "tiny-a")[0] is None
    second = say(qtbot, program, "how are you today?")
    engine = load_installed_engine("tiny-a")
    assert store.nearest_state(second.parent_id, "tiny-a")[0] == engine.state_after(None, told(program, second))


def test_a_deleted_default_model_gives_way_to_another(qtbot: QtBot, program: app.Program) -> None:
    program.window.on_default_model_chosen("tiny-b")
    with qtbot.waitSignal(program.engine_handle.model_ready, timeout=20_000):
        pass
    for file in (paths.models_folder() / "tiny-b").iterdir():
        file.unlink()
    (paths.models_folder() / "tiny-b").rmdir()
    with qtbot.waitSignal(program.engine_handle.model_ready, timeout=20_000):
        program.window.on_models_changed(ModelJob("removed", "tiny-b"))
    assert program._settings.model_id == ""
    assert say(qtbot, program, "my name is Sam").model_id == "tiny-a"


def test_the_models_page_opens_over_the_window_and_its_choice_is_kept(qtbot: QtBot, program: app.Program) -> None:
    assert program._models_handle is None, "nothing of it is made before it is wanted"
    program.window.menus.actions["models"].trigger()
    page = program._models_page
    qtbot.waitUntil(lambda: page.model.rowCount() == 2, timeout=10_000)
    assert page.isVisible()
    with qtbot.waitSignal(program.engine_handle.model_ready, timeout=20_000):
        page.default_model_chosen.emit("tiny-b")
    assert program._settings.model_id == "tiny-b"
    program.window.menus.actions["models"].trigger()
    assert program._models_page is page
    assert say(qtbot, program, "my name is Sam").model_id == "tiny-b"


def test_a_model_dropped_on_the_window_is_installed(qtbot: QtBot, program: app.Program, tmp_path: Path) -> None:
    write_tiny_model(tmp_path / "elsewhere", "tiny-c")
    program.window.commands.take_dropped([tmp_path / "elsewhere" / "tiny-c"])
    ids = ["tiny-a", "tiny-b", "tiny-c"]
    qtbot.waitUntil(lambda: [model.id for model in InstalledModels().all()] == ids, timeout=10_000)
    assert program._models_page.isVisible()
    button = program.window.header.model_button
    button.about_to_open.emit()
    offered = [entry.data() for entry in button.menu().actions() if entry.isCheckable()]
    assert sorted(offered) == ids
    assert [entry.data() for entry in button.menu().actions() if entry.isChecked()] == ["tiny-a"]


def test_two_models_answer_side_by_side_and_the_conversation_stays_as_it_is(qtbot: QtBot, program: app.Program) -> None:
    reply = say(qtbot, program, "hello there")
    before = store_of(program).path(reply.conversation_id)
    program.comparisons.open("tiny-b")
    shown = program.comparisons.comparison_window
    shown.field.show_text("how are you today?")
    with qtbot.waitSignal(shown._comparison.finished, timeout=20_000):
        shown.run_button.click()
    assert shown.chosen_ids == ("tiny-a", "tiny-b")
    texts = [column.reply.toPlainText() for column in shown.columns]
    sampling = LiveSampling(program._settings.sampling)
    for model_id, text in zip(shown.chosen_ids, texts, strict=True):
        # The memory of the model that wrote, as it was saved: read again in one piece, int8 rounds it otherwise, and
        # what is drawn from a model of random weights may differ.
        state, unread = store_of(program).nearest_state(before[-1].id, model_id)
        assert (state is None) == (model_id == "tiny-b") and len(unread) == (len(before) if state is None else 0)
        turns = (*(Turn(message.role, message.text) for message in unread), Turn(Role.USER, "how are you today?"))
        *_, end = load_installed_engine(model_id, threads=1).reply(
            ReplyRequest(1, model_id, turns, sampling, state, earlier_replies=(reply.text,)))
        assert text == end.text != ""
    assert store_of(program).path(reply.conversation_id) == before
    assert program.window.controller.language_model.status.summary.id == "tiny-a"
    worker = program._comparison_handle._worker
    qtbot.waitUntil(lambda: worker._engine is None, timeout=5000)
    shown.columns[1].use_button.click()
    qtbot.waitUntil(lambda: program.window.controller.language_model.loaded_id("tiny-b") == "tiny-b", timeout=20_000)
    assert say(qtbot, program, "and now?").model_id == "tiny-b"
