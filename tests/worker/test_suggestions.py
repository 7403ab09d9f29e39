"""Suggestions in the engine thread: the newest counts, and nothing ever waits for one."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from chatbot.core.errors import ModelError
from chatbot.core.messages import Role
from chatbot.core.replies import (DistributionRequest, ReplyEnd, ReplyRequest, Suggestion, SuggestionRequest, Turn)
from chatbot.core.sampling import LiveSampling, Sampling
from chatbot.worker.engine_handle import EngineHandle
from tests.fakes.scripted_engine import ScriptedEngine, scripted_factory


class Heard(QObject):
    """Everything that is answered, in order."""

    def __init__(self, handle: EngineHandle) -> None:
        super().__init__()
        self.answers: list[object] = []
        for signal in (handle.suggestion_ready, handle.reply_ended, handle.distribution_ready, handle.job_failed):
            signal.connect(self._on_answer)

    def _on_answer(self, answer: object) -> None:
        self.answers.append(answer)

    @property
    def suggestions(self) -> list[Suggestion]:
        return [answer for answer in self.answers if isinstance(answer, Suggestion)]


class GatedEngine(ScriptedEngine):
    """A suggestion waits until the test opens the gate or its stop flag is set, as a long computation would."""

    def __init__(self) -> None:
        super().__init__(["one two"], "a")
        self.entered, self.gate = threading.Event(), threading.Event()

    def suggestion(self, request: SuggestionRequest) -> Suggestion:
        self.entered.set()
        while not self.gate.wait(0.001) and not request.stop.is_set():
            pass
        return super().suggestion(request)


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine(["one two"], "a")


@pytest.fixture
def handle(qtbot: QtBot, engine: ScriptedEngine) -> Iterator[EngineHandle]:
    yield from loaded(qtbot, engine)


@pytest.fixture
def gated() -> GatedEngine:
    return GatedEngine()


@pytest.fixture
def gated_handle(qtbot: QtBot, gated: GatedEngine) -> Iterator[EngineHandle]:
    yield from loaded(qtbot, gated)


def loaded(qtbot: QtBot, engine: ScriptedEngine) -> Iterator[EngineHandle]:
    handle = EngineHandle(scripted_factory(a=engine, b=ScriptedEngine(["from b"], "b")))
    with qtbot.waitSignal(handle.model_ready, timeout=2000):
        handle.load_model("a")
    yield handle
    assert handle.shutdown(2000)


def asked(job_id: int, text: str = "hello", model_id: str = "a") -> SuggestionRequest:
    return SuggestionRequest(job_id, model_id, (), text)


def reply(job_id: int) -> ReplyRequest:
    return ReplyRequest(job_id, "a", (Turn(Role.USER, "Hi", 1),), LiveSampling(Sampling()))


def test_a_suggestion_comes_with_the_text_it_was_made_for(qtbot: QtBot, handle: EngineHandle,
                                                          engine: ScriptedEngine) -> None:
    with qtbot.waitSignal(handle.suggestion_ready, timeout=2000) as answered:
        handle.request_suggestion(asked(5, "hello"))
    assert answered.args == [Suggestion(5, "hello", " there", 0.9)]
    assert not handle.is_busy and not engine.suggestion_requests[0].stop.is_set()


def test_of_many_the_newest_alone_is_answered(qtbot: QtBot, gated_handle: EngineHandle, gated: GatedEngine) -> None:
    heard = Heard(gated_handle)
    gated_handle.request_suggestion(asked(0, "h"))
    assert gated.entered.wait(2)
    for number in range(1, 50):
        gated_handle.request_suggestion(asked(number, "h" * number))
    qtbot.wait(20)
    gated.gate.set()
    qtbot.waitUntil(lambda: bool(heard.suggestions), timeout=2000)
    qtbot.wait(20)
    assert [answer.job_id for answer in heard.suggestions] == [49]
    assert gated.suggestion_requests[0].stop.is_set(), "the one that ran was stopped"
    assert len(gated.suggestion_requests) < 10, "those that had not begun were never begun"


def test_a_reply_goes_first(qtbot: QtBot, gated_handle: EngineHandle, gated: GatedEngine) -> None:
    """The gate stays shut: only the stop flag ends the suggestion, or the reply would wait for ever."""
    heard = Heard(gated_handle)
    gated_handle.request_suggestion(asked(1))
    assert gated.entered.wait(2)
    started_at = time.monotonic()
    with qtbot.waitSignal(gated_handle.reply_ended, timeout=2000):
        gated_handle.request_reply(reply(7))
    assert time.monotonic() - started_at < 1.0
    qtbot.wait(20)
    assert [type(answer) for answer in heard.answers] == [ReplyEnd], "the stopped suggestion is not answered"


def test_a_suggestion_that_waits_behind_nothing_but_is_overtaken_is_never_begun(
        qtbot: QtBot, handle: EngineHandle, engine: ScriptedEngine) -> None:
    with qtbot.waitSignal(handle.reply_ended, timeout=2000):
        handle.request_suggestion(asked(1))
        handle.request_reply(reply(7))
    assert all(request.stop.is_set() for request in engine.suggestion_requests)


def test_while_a_reply_is_written_nothing_is_suggested(qtbot: QtBot, handle: EngineHandle,
                                                       engine: ScriptedEngine) -> None:
    heard = Heard(handle)
    with qtbot.waitSignal(handle.reply_ended, timeout=2000):
        handle.request_reply(reply(7))
        handle.request_suggestion(asked(1))
    qtbot.wait(20)
    assert heard.suggestions == [] and engine.suggestion_requests == []
    with qtbot.waitSignal(handle.suggestion_ready, timeout=2000):
        handle.request_suggestion(asked(2))


@pytest.mark.parametrize("what", ["distribution", "model", "reload"])
def test_nothing_waits_for_a_suggestion(qtbot: QtBot, gated_handle: EngineHandle, gated: GatedEngine,
                                        what: str) -> None:
    gated_handle.request_suggestion(asked(1))
    assert gated.entered.wait(2)
    answer = gated_handle.distribution_ready if what == "distribution" else gated_handle.model_ready
    with qtbot.waitSignal(answer, timeout=2000):
        if what == "distribution":
            gated_handle.request_distribution(DistributionRequest(2, "a", (), Sampling()))
        elif what == "model":
            gated_handle.load_model("b")
        else:
            gated_handle.reload_model("a")
    assert gated.suggestion_requests[0].stop.is_set()


def test_a_suggestion_before_its_model_is_loaded_is_simply_not_answered(qtbot: QtBot, handle: EngineHandle,
                                                                        engine: ScriptedEngine) -> None:
    handle.request_suggestion(asked(1, model_id="b"))
    with qtbot.waitSignal(handle.distribution_ready, timeout=2000):
        handle.request_distribution(DistributionRequest(2, "a", (), Sampling()))
    assert engine.suggestion_requests == []


def test_a_saved_memory_of_no_use_is_no_problem_of_the_users(qtbot: QtBot, handle: EngineHandle,
                                                             engine: ScriptedEngine) -> None:
    heard = Heard(handle)
    engine.suggestion_error = ModelError("The saved memory is damaged.", code="state_damaged")
    handle.request_suggestion(asked(1))
    qtbot.waitUntil(lambda: len(engine.suggestion_requests) == 1, timeout=2000)
    engine.suggestion_error = None
    with qtbot.waitSignal(handle.suggestion_ready, timeout=2000):
        handle.request_suggestion(asked(2))
    assert [answer.job_id for answer in heard.suggestions] == [2] and len(heard.answers) == 1


def test_after_a_bug_there_are_no_suggestions_until_a_model_is_loaded_anew(
        qtbot: QtBot, handle: EngineHandle, engine: ScriptedEngine, expected_log) -> None:
    expected_log.expect("suggestion 1 failed")
    heard = Heard(handle)
    engine.suggestion_error = ValueError("broken weights")
    handle.request_suggestion(asked(1))
    qtbot.waitUntil(lambda: len(engine.suggestion_requests) == 1, timeout=2000)
    engine.suggestion_error = None
    handle.request_suggestion(asked(2))
    with qtbot.waitSignal(handle.reply_ended, timeout=2000):
        handle.request_reply(reply(7))
    assert len(engine.suggestion_requests) == 1 and heard.suggestions == [], "and replies are written as ever"
    with qtbot.waitSignal(handle.model_ready, timeout=2000):
        handle.reload_model("a")
    with qtbot.waitSignal(handle.suggestion_ready, timeout=2000):
        handle.request_suggestion(asked(3))


def test_an_answer_that_comes_late_is_dropped(handle: EngineHandle) -> None:
    heard = Heard(handle)
    handle._on_suggestion_ready(Suggestion(99, "from long ago", " there"))
    assert heard.answers == []


def test_closing_ends_a_suggestion(qtbot: QtBot, gated_handle: EngineHandle, gated: GatedEngine) -> None:
    gated_handle.request_suggestion(asked(1))
    assert gated.entered.wait(2)
    assert gated_handle.shutdown(2000)
    gated_handle.request_suggestion(asked(2))
    assert [request.job_id for request in gated.suggestion_requests] == [1]
