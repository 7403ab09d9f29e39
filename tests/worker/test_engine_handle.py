"""The engine thread with a real QThread and a scripted engine."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot

from chatbot.core.errors import ModelError, Problem
from chatbot.core.messages import Role
from chatbot.core.replies import Distribution, DistributionRequest, EndReason, ReplyEnd, ReplyPiece, ReplyRequest, Turn
from chatbot.core.sampling import LiveSampling, Sampling
from chatbot.worker.engine_handle import EngineHandle
from tests.fakes.scripted_engine import ScriptedEngine, scripted_factory


class HashableEngine(ScriptedEngine):
    """One that a weak set can hold."""

    __hash__ = object.__hash__


class Listener(QObject):
    """Keeps all answers in order, and the thread in which they arrived."""

    def __init__(self, handle: EngineHandle) -> None:
        super().__init__()
        self.events: list[object] = []
        self.threads: set[QThread] = set()
        for signal in (handle.piece_ready, handle.reply_ended, handle.job_failed, handle.model_ready,
                       handle.model_failed, handle.distribution_ready):
            signal.connect(self._on_event)

    def _on_event(self, event: object) -> None:
        self.events.append(event)
        self.threads.add(QThread.currentThread())

    def of(self, kind: type) -> list:
        return [event for event in self.events if isinstance(event, kind)]


HandleMaker = Callable[..., tuple[EngineHandle, Listener]]


@pytest.fixture
def make_handle(qapp: object) -> Iterator[HandleMaker]:
    handles: list[EngineHandle] = []
    listeners: list[Listener] = []

    def make(**engines: ScriptedEngine | ModelError) -> tuple[EngineHandle, Listener]:
        handles.append(EngineHandle(scripted_factory(**engines)))
        listeners.append(Listener(handles[-1]))
        return handles[-1], listeners[-1]

    yield make
    assert all(handle.shutdown(2000) for handle in handles)


def request(job_id: int, text: str = "Hi", model_id: str = "a") -> ReplyRequest:
    return ReplyRequest(job_id, model_id, (Turn(Role.USER, text, 1),), LiveSampling(Sampling()), reply_message_id=2)


def distribution_request(job_id: int, temperature: float = 1.0) -> DistributionRequest:
    return DistributionRequest(job_id, "a", (Turn(Role.USER, "Hi"),), Sampling(temperature=temperature))


def test_reply_streams_in_the_windows_thread_and_ends_once(qtbot: QtBot, make_handle: HandleMaker) -> None:
    engine = ScriptedEngine(["one two three four"], "a", seconds_per_piece=0.002)
    handle, heard = make_handle(a=engine)
    with qtbot.waitSignal(handle.reply_ended, timeout=2000):
        handle.request_reply(request(1))
        assert handle.is_busy
    assert not handle.is_busy
    assert "".join(piece.text for piece in heard.of(ReplyPiece)) == "one two three four"
    (end,) = heard.of(ReplyEnd)
    assert (end.text, end.reason, [owner for owner, _ in end.states]) == ("one two three four", EndReason.END_OF_TURN,
                                                                          [1, 2])
    assert heard.threads == {handle.thread()}
    assert engine.thread_names == {"engine"}


def test_many_tokens_arrive_as_few_pieces_and_the_first_at_once(qtbot: QtBot, make_handle: HandleMaker) -> None:
    text = " ".join(["word"] * 300)
    handle, heard = make_handle(a=ScriptedEngine([text], "a", seconds_per_piece=0.001))
    with qtbot.waitSignal(handle.reply_ended, timeout=5000):
        handle.request_reply(request(1))
    (end,) = heard.of(ReplyEnd)
    pieces = heard.of(ReplyPiece)
    assert "".join(piece.text for piece in pieces) == text
    assert pieces[0].text == "word ", "the first word must not wait for a full piece"
    assert len(pieces) <= end.statistics.seconds / 0.033 + 3


def test_stop_midway_keeps_the_text_and_comes_quickly(qtbot: QtBot, make_handle: HandleMaker) -> None:
    handle, heard = make_handle(a=ScriptedEngine([" ".join(["word"] * 1000)], "a", seconds_per_piece=0.005))
    with qtbot.waitSignal(handle.piece_ready, timeout=2000):
        handle.request_reply(request(1))
    pressed_at = time.monotonic()
    with qtbot.waitSignal(handle.reply_ended, timeout=2000):
        handle.stop()
    assert time.monotonic() - pressed_at < 0.5
    (end,) = heard.of(ReplyEnd)
    shown = "".join(piece.text for piece in heard.of(ReplyPiece))
    assert end.reason is EndReason.STOPPED
    assert end.text.startswith(shown) and shown, "what was shown stays"


def test_a_queued_reply_that_is_stopped_never_reaches_the_engine(qtbot: QtBot, make_handle: HandleMaker) -> None:
    engine = ScriptedEngine([" ".join(["word"] * 40)], "a", seconds_per_piece=0.005)
    handle, heard = make_handle(a=engine)
    first, second, third = request(1), request(2), request(3)
    for one in (first, second, third):
        handle.request_reply(one)
    second.stop.set()
    qtbot.waitUntil(lambda: len(heard.of(ReplyEnd)) == 3, timeout=5000)
    assert [(end.job_id, end.reason) for end in heard.of(ReplyEnd)] == [
        (1, EndReason.END_OF_TURN), (2, EndReason.STOPPED), (3, EndReason.END_OF_TURN)]
    assert [one.job_id for one in engine.requests] == [1, 3]


def test_stop_reaches_the_running_reply_only(qtbot: QtBot, make_handle: HandleMaker) -> None:
    handle, heard = make_handle(a=ScriptedEngine([" ".join(["word"] * 100)], "a", seconds_per_piece=0.002))
    with qtbot.waitSignal(handle.piece_ready, timeout=2000):
        handle.request_reply(request(1))
        handle.request_reply(request(2))
    handle.stop()
    qtbot.waitUntil(lambda: len(heard.of(ReplyEnd)) == 2, timeout=5000)
    assert [end.reason for end in heard.of(ReplyEnd)] == [EndReason.STOPPED, EndReason.END_OF_TURN]


def test_late_pieces_of_an_ended_job_are_dropped(make_handle: HandleMaker) -> None:
    handle, heard = make_handle(a=ScriptedEngine(model_id="a"))
    handle._on_piece_ready(ReplyPiece(99, "from a job long gone"))
    assert heard.events == []


def test_a_bug_in_the_engine_is_a_problem_and_the_thread_lives_on(qtbot: QtBot, make_handle: HandleMaker,
                                                                   expected_log) -> None:
    expected_log.expect("reply 1 failed")
    engine = ScriptedEngine(["one two three"], "a", error=ValueError("broken weights"), pieces_before_error=2)
    handle, heard = make_handle(a=engine)
    with qtbot.waitSignal(handle.job_failed, timeout=2000):
        handle.request_reply(request(1))
    (problem,) = heard.of(Problem)
    assert (problem.job_id, problem.is_bug) == (1, True)
    assert "".join(piece.text for piece in heard.of(ReplyPiece)) == "one two ", "held text comes before the problem"
    assert not handle.is_busy
    engine.error = None
    with qtbot.waitSignal(handle.reply_ended, timeout=2000):
        handle.request_reply(request(2))


def test_an_engine_that_forgets_the_end_is_a_bug(qtbot: QtBot, make_handle: HandleMaker, expected_log) -> None:
    expected_log.expect("reply 1 failed")

    class Endless(ScriptedEngine):
        def reply(self, request: ReplyRequest) -> Iterator[ReplyPiece | ReplyEnd]:
            yield ReplyPiece(request.job_id, "only this")

    handle, heard = make_handle(a=Endless(model_id="a"))
    with qtbot.waitSignal(handle.job_failed, timeout=2000):
        handle.request_reply(request(1))
    assert heard.of(Problem)[0].is_bug and not handle.is_busy


def test_models_are_loaded_one_after_another_and_the_old_one_serves_meanwhile(qtbot: QtBot,
                                                                              make_handle: HandleMaker) -> None:
    broken = ModelError("The weights of b are altered.", code="model_altered", file="weights.safetensors")
    handle, heard = make_handle(a=ScriptedEngine(["from a"], "a"), b=broken, c=ScriptedEngine(["from c"], "c"))
    with qtbot.waitSignals([handle.model_ready, handle.model_failed], order="strict", timeout=2000):
        handle.load_model("a")
        handle.load_model("b")
    problem = heard.of(Problem)[0]
    assert (problem.code, problem.is_bug, problem.details) == ("model_altered", False, {"file": "weights.safetensors"})
    with qtbot.waitSignal(handle.reply_ended, timeout=2000):
        handle.request_reply(request(1, model_id="a"))
    assert heard.of(ReplyEnd)[0].text == "from a", "the old model still serves"
    with qtbot.waitSignals([handle.model_ready, handle.reply_ended], order="strict", timeout=2000):
        handle.request_reply(request(2, model_id="c"))
    assert heard.of(ReplyEnd)[1].text == "from c", "a reply loads its own model"


def test_a_reply_whose_model_cannot_be_loaded_fails_with_the_sentence(qtbot: QtBot, make_handle: HandleMaker) -> None:
    handle, heard = make_handle(a=ModelError("The model a is missing."))
    with qtbot.waitSignal(handle.job_failed, timeout=2000):
        handle.request_reply(request(5))
    assert heard.of(Problem) == [Problem("model", "The model a is missing.", 5)]


def test_the_newest_distribution_wins(qtbot: QtBot, make_handle: HandleMaker) -> None:
    handle, heard = make_handle(a=ScriptedEngine([" ".join(["word"] * 20)], "a", seconds_per_piece=0.005))
    with qtbot.waitSignal(handle.piece_ready, timeout=2000):
        handle.request_reply(request(1))
    with qtbot.waitSignal(handle.distribution_ready, timeout=2000) as answered:
        for number in range(50):
            handle.request_distribution(distribution_request(100 + number, temperature=number / 50))
    assert answered.args[0].job_id == 149
    with qtbot.assertNotEmitted(handle.distribution_ready, wait=50):
        pass
    assert answered.args[0].chances[0].shaped == pytest.approx(49 / 50)


def test_a_distribution_before_any_model_is_simply_not_answered(qtbot: QtBot, make_handle: HandleMaker) -> None:
    handle, heard = make_handle(a=ScriptedEngine(model_id="a"))
    handle.request_distribution(distribution_request(1))
    with qtbot.waitSignal(handle.model_ready, timeout=2000):
        handle.load_model("a")
    assert [type(event).__name__ for event in heard.events] == ["ModelSummary"]


def test_closing_while_writing_ends_the_thread_quickly(qtbot: QtBot, make_handle: HandleMaker) -> None:
    engine = ScriptedEngine([" ".join(["word"] * 10_000)], "a", seconds_per_piece=0.005)
    handle, heard = make_handle(a=engine)
    with qtbot.waitSignal(handle.piece_ready, timeout=2000):
        handle.request_reply(request(1))
        handle.request_reply(request(2))
    started_at = time.monotonic()
    assert handle.shutdown(2000)
    assert time.monotonic() - started_at < 0.5
    heard.events.clear()
    handle.request_reply(request(3))
    handle.request_distribution(distribution_request(4))
    handle.load_model("a")
    qtbot.wait(20)  # deliver whatever is still queued
    assert heard.events == [] and [one.job_id for one in engine.requests] == [1]


def test_shutdown_says_when_the_engine_did_not_end_in_time(qtbot: QtBot, make_handle: HandleMaker) -> None:
    entered, release = threading.Event(), threading.Event()

    class Slow(ScriptedEngine):
        def distribution(self, request: DistributionRequest) -> Distribution:
            entered.set()
            release.wait(5)
            return super().distribution(request)

    handle, _ = make_handle(a=Slow(model_id="a"))
    with qtbot.waitSignal(handle.model_ready, timeout=2000):
        handle.load_model("a")
    handle.request_distribution(distribution_request(1))
    assert entered.wait(2)
    assert not handle.shutdown(50)
    release.set()
    assert handle.shutdown(2000)


def test_a_reloaded_model_is_made_anew(qtbot: QtBot) -> None:
    made: list[str] = []

    def make_engine(model_id: str) -> ScriptedEngine:
        made.append(model_id)
        return ScriptedEngine(model_id=model_id)

    handle = EngineHandle(make_engine)
    for ask in (handle.load_model, handle.load_model, handle.reload_model):
        with qtbot.waitSignal(handle.model_ready, timeout=2000):
            ask("a")
    assert made == ["a", "a"], "loading what is loaded makes nothing"
    assert handle.shutdown(2000)


def test_a_released_model_leaves_the_memory_before_the_next_one_is_made(qtbot: QtBot) -> None:
    alive: weakref.WeakSet[ScriptedEngine] = weakref.WeakSet()
    alive_when_made: list[int] = []

    def make_engine(model_id: str) -> ScriptedEngine:
        alive_when_made.append(len(alive))
        engine = HashableEngine(["word"], model_id)
        alive.add(engine)
        return engine

    handle = EngineHandle(make_engine, name="comparison")
    heard = Listener(handle)
    for job_id, model_id in ((1, "a"), (2, "b"), (3, "b")):
        handle.request_reply(request(job_id, model_id=model_id))
        handle.release_model()
    qtbot.waitUntil(lambda: len(heard.of(ReplyEnd)) == 3, timeout=2000)
    qtbot.waitUntil(lambda: len(alive) == 0, timeout=2000)
    assert alive_when_made == [0, 0, 0], "never two at once, and a released one is made again"
    handle.request_reply(request(4))
    qtbot.waitUntil(lambda: len(heard.of(ReplyEnd)) == 4, timeout=2000)
    assert next(iter(alive)).thread_names == {"comparison"}
    assert handle.shutdown(2000)
    handle.release_model()
