"""Exports and imports in their own thread, over the real store that the window holds open."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QThread, QTimer
from pytestqt.qtbot import QtBot

from chatbot.core.errors import Problem
from chatbot.core.messages import Role
from chatbot.storage.opening import open_store
from chatbot.storage.store import SqliteChatStore
from chatbot.worker.conversation_files_handle import ConversationFilesHandle


class Listener(QObject):
    """Keeps all answers in order, and the threads in which they arrived."""

    def __init__(self, handle: ConversationFilesHandle) -> None:
        super().__init__()
        self.events: list[tuple[object, ...]] = []
        self.threads: set[QThread] = set()
        for signal in (handle.exported, handle.imported, handle.failed):
            signal.connect(self._on_event)

    def _on_event(self, *event: object) -> None:
        self.events.append(event)
        self.threads.add(QThread.currentThread())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteChatStore]:
    store, _ = open_store(tmp_path / "data" / "chats.db")
    yield store
    store.close()


@pytest.fixture
def handle(qapp: object, store: SqliteChatStore) -> Iterator[ConversationFilesHandle]:
    handle = ConversationFilesHandle(store.database)
    yield handle
    assert handle.shutdown(5000)


def fill(store: SqliteChatStore, title: str = "talk") -> int:
    made = store.create_conversation(title)
    asked = store.add_message(made.id, None, Role.USER, "hello")
    store.add_message(made.id, asked.id, Role.BOT, "hi")
    return made.id


def long_export(file: Path, messages: int) -> Path:
    """One conversation of ``messages`` messages, with statistics, as a file."""
    statistics = {"tokens": 3, "seconds": 0.1, "first_token_seconds": 0.1, "tokens_per_second": 30.0, "candidates": 1,
                  "seed": 1, "temperature": 0.7}
    rows = [{"id": n, "parent": n - 1 or None, "role": "bot" if n % 2 == 0 else "user", "created_at": float(n),
             "text": f"message {n}: " + "the quick brown fox jumps over the lazy dog " * 3,
             "statistics": statistics if n % 2 == 0 else None} for n in range(1, messages + 1)]
    file.write_text(json.dumps({"schema": "wren-chatbot-conversations", "version": 1, "conversations": [
        {"title": "long", "created_at": 1.0, "head": messages, "messages": rows}]}))
    return file


def test_wishes_are_fulfilled_in_order_and_answered_in_the_windows_thread(handle, store, qtbot: QtBot, tmp_path):
    listener = Listener(handle)
    fill(store)
    target = tmp_path / "all.json"
    handle.export(None, "json", target)
    handle.import_file(target)
    handle.export(None, "text", tmp_path / "all.txt")
    qtbot.waitUntil(lambda: len(listener.events) == 3, timeout=5000)
    (new_id,) = listener.events[1][0]
    assert listener.events == [(1, target), ([new_id],), (2, tmp_path / "all.txt")]
    assert [message.text for message in store.path(new_id)] == ["hello", "hi"]
    assert listener.threads == {handle.thread()}


def test_what_cannot_be_done_is_one_sentence_and_the_thread_lives_on(handle, store, qtbot: QtBot, tmp_path):
    listener = Listener(handle)
    (tmp_path / "no.json").write_text("{")
    handle.import_file(tmp_path / "no.json")
    handle.export(None, "json", tmp_path / "missing" / "x.json")
    handle.export([99], "json", tmp_path / "x.json")
    handle.export(None, "json", tmp_path / "x.json")
    qtbot.waitUntil(lambda: len(listener.events) == 4, timeout=5000)
    problems = [event[0] for event in listener.events[:3]]
    assert [problem.code for problem in problems] == ["import_not_json", "cannot_write_file", "not_found"]
    assert not any(problem.is_bug or "\n" in problem.sentence for problem in problems)
    assert listener.events[3] == (0, tmp_path / "x.json")


def test_a_bug_is_a_problem(handle, store, qtbot: QtBot, tmp_path, monkeypatch, expected_log):
    expected_log.expect("exporting failed")
    monkeypatch.setattr(SqliteChatStore, "export", lambda *_: 1 / 0)
    with qtbot.waitSignal(handle.failed, timeout=5000) as failed:
        handle.export(None, "json", tmp_path / "x.json")
    assert failed.args[0].is_bug


class Pulse(QObject):
    """Beats in the window's thread and writes to the store."""

    def __init__(self, store: SqliteChatStore, conversation_id: int) -> None:
        super().__init__()
        self._store, self._conversation_id = store, conversation_id
        self.count = 0
        self._timer = QTimer(self)
        self._timer.setInterval(5)
        self._timer.timeout.connect(self._on_beat)
        self._timer.start()

    def _on_beat(self) -> None:
        self.count += 1
        self._store.set_draft(self._conversation_id, f"draft {self.count}")


def test_the_window_writes_while_a_long_import_runs(handle, store, qtbot: QtBot, tmp_path):
    mine = fill(store, "mine")
    pulse = Pulse(store, mine)
    with qtbot.waitSignal(handle.imported, timeout=30_000) as imported:
        handle.import_file(long_export(tmp_path / "long.json", 6000))
        before = pulse.count
    assert pulse.count - before >= 10, "the window went on"
    assert store.conversation(mine).draft == f"draft {pulse.count}"
    assert len(store.path(imported.args[0][0])) == 6000


def test_the_end_waits_for_an_export(qapp, store, tmp_path):
    fill(store)
    handle = ConversationFilesHandle(store.database)
    handle.export(None, "json", tmp_path / "last.json")
    assert handle.shutdown(10_000)
    assert json.loads((tmp_path / "last.json").read_text())["conversations"][0]["title"] == "talk"
    assert handle.shutdown(0)
    handle.export(None, "json", tmp_path / "too late.json")
    handle.import_file(tmp_path / "last.json")
    assert not (tmp_path / "too late.json").exists()


def test_an_import_that_takes_too_long_at_the_end_is_undone(qapp, store, tmp_path, monkeypatch, expected_log):
    expected_log.expect("took too long and was stopped")
    begun = threading.Event()
    import_json = SqliteChatStore.import_json

    def slow(self: SqliteChatStore, source: Path) -> list[int]:
        breathe = self._breathe

        def wait() -> None:
            begun.set()
            time.sleep(0.2)
            breathe()

        self._breathe = wait
        return import_json(self, source)

    monkeypatch.setattr(SqliteChatStore, "import_json", slow)
    handle = ConversationFilesHandle(store.database)
    problems: list[Problem] = []
    handle.failed.connect(problems.append)
    handle.import_file(long_export(tmp_path / "long.json", 3000))
    assert begun.wait(10)
    assert handle.shutdown(50)
    assert store._db.execute("SELECT count(*) FROM message").fetchone() == (0,)
    assert problems == []
