"""Exports and imports beside the window: wishes passed on, answers told once."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from chatbot.core.errors import Problem
from chatbot.ui.conversation_shelf import ConversationShelf
from tests.fakes.fake_store import FakeStore
from tests.ui.chat_parts import Heard


class FakeFiles(QObject):
    """Keeps what it is asked; a test emits the answers."""

    exported = Signal(int, object)
    imported = Signal(object)
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.wishes: list[tuple[object, ...]] = []

    def export(self, conversation_ids: object, file_format: str, target: Path) -> None:
        self.wishes.append((conversation_ids, file_format, target))

    def import_file(self, source: Path) -> None:
        self.wishes.append((source,))


def test_the_store_is_not_touched_in_the_windows_thread(qapp, tmp_path):
    files, source = FakeFiles(), tmp_path / "in.json"
    shelf = ConversationShelf(FakeStore(), files=files)
    exported, imported, changed = Heard(shelf.exported), Heard(shelf.imported), Heard(shelf.changed)
    shelf.export([1], "json", tmp_path / "out.json")
    shelf.import_file(source)
    assert files.wishes == [([1], "json", tmp_path / "out.json"), (source,)]
    assert list(tmp_path.iterdir()) == exported.values == imported.values == []
    files.exported.emit(1, tmp_path / "out.json")
    files.imported.emit([7])
    assert exported.values == [(1, tmp_path / "out.json")]
    assert imported.values == [[7]]
    assert len(changed.values) == 1


def test_a_failure_is_one_problem(qapp):
    files = FakeFiles()
    shelf = ConversationShelf(FakeStore(), files=files)
    problems = Heard(shelf.problem_raised)
    problem = Problem("cannot_write_file", "It cannot be written.", details={"path": "x", "reason": "full"})
    files.failed.emit(problem)
    assert problems.values == [problem]


def test_without_files_beside_it_is_done_at_once(qapp, tmp_path):
    shelf = ConversationShelf(FakeStore())
    exported = Heard(shelf.exported)
    shelf.export(None, "json", tmp_path / "out.json")
    assert exported.values == [(0, tmp_path / "out.json")]
