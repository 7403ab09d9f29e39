"""A transcript of 200 rows for tests."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtTest import QTest

from chatbot.core.messages import Message, MessageStatus, Role
from chatbot.ui.chat_model import MAX_ROWS, ChatModel
from chatbot.ui.transcript_pane import TranscriptPane
from chatbot.ui.transcript_view import TranscriptView
from tests.ui.plain_looks import plain_looks  # noqa: F401 - a fixture


def messages(count: int, start: float = 1_700_000_000.0) -> list[Message]:
    """``count`` messages of a talk, half a minute apart."""
    return [Message(number + 1, 1, number or None, Role.BOT if number % 2 else Role.USER,
                    f"message {number} " + "with some words to fill a line or two of the page " * (number % 4),
                    start + 30 * number) for number in range(count)]


@pytest.fixture
def pane(qtbot: object, plain_looks: object) -> TranscriptPane:
    """A transcript of 200 rows, the last one being written."""
    model = ChatModel()
    pane = TranscriptPane(model)
    model.setParent(pane)
    qtbot.addWidget(pane)
    pane.resize(800, 600)
    rows = messages(MAX_ROWS)
    rows[-1] = replace(rows[-1], status=MessageStatus.WRITING, text="It")
    model.show(rows, has_earlier=True)
    pane.show()
    qtbot.waitExposed(pane)
    settle(pane.view)
    return pane


def settle(view: TranscriptView) -> None:
    """Let delayed layouts and their consequences happen."""
    for _ in range(4):
        QTest.qWait(0)
    view.doItemsLayout()
    QTest.qWait(0)


def model_of(pane: TranscriptPane) -> ChatModel:
    model = pane.view.model()
    assert isinstance(model, ChatModel)
    return model
