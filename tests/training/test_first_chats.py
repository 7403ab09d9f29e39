"""The measurement of first chats counts right answers, and only those."""

from __future__ import annotations

import pytest

from tests.benchmarks import first_chats
from tests.benchmarks.first_chats import TALKS, right_answers
from tests.engine.tiny import tiny_engine


def test_right_answers_are_counted_by_question(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"what's my name?": "You are Torvald.", "who are you?": "I'm Torvald.", "what is 3 plus 4?": "17."}
    monkeypatch.setattr(first_chats, "hold_chat", lambda engine, lines, sampling, seed: [
        (line, answers.get(line, "I'm Wren, and Biscuit is your dog.")) for line in lines])
    found = right_answers(tiny_engine(), seeds=3)
    assert found["1: what's my name?"] == found["1: and my dog?"] == found["3: what are you?"] == 3
    assert found["1: who are you?"] == found["2: who are you?"] == found["3: what is 3 plus 4?"] == 0
    assert set(found) == {f"{place}: {line}" for place, talk in enumerate(TALKS, 1) for line, wanted in talk if wanted}
