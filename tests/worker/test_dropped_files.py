"""What dropped files are taken for, whatever they are called."""

from __future__ import annotations

import threading
import zipfile
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from chatbot.storage.export_json import SCHEMA
from chatbot.storage.opening import open_store
from chatbot.worker import dropped_files
from chatbot.worker.dropped_files import THREAD_NAME, DroppedFiles, DroppedFilesSorter, sort_files


def archive(path: Path, *names: str) -> Path:
    """A zip file with these members."""
    with zipfile.ZipFile(path, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return path


def is_package(path: Path) -> bool:
    return sort_files([path]) == DroppedFiles(packages=(path,))


def is_log(path: Path) -> bool:
    return sort_files([path]) == DroppedFiles(logs=(path,))


def test_archives_are_told_apart_by_their_members(tmp_path: Path) -> None:
    assert is_package(archive(tmp_path / "a.zip", "wren/model.json", "wren/weights.safetensors"))
    assert is_package(archive(tmp_path / "b.txt", "model.json"))
    assert is_package(archive(tmp_path / "c.zip", "weights.safetensors")), "a broken package is told by the models page"
    assert is_log(archive(tmp_path / "WhatsApp Chat.zip", "_chat.txt", "IMG-1.jpg"))
    assert is_log(archive(tmp_path / "backup.zip", "my/old/disk/model.json"))
    whole = archive(tmp_path / "d.zip", "model.json").read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[:40])
    assert is_log(tmp_path / "cut.zip")


def test_folders_are_told_apart_by_their_files(tmp_path: Path) -> None:
    assert is_log(tmp_path)
    (tmp_path / "weights.safetensors").touch()
    assert is_package(tmp_path)


def test_our_own_export_is_known_by_its_schema(tmp_path: Path) -> None:
    store = open_store(tmp_path / "chats.db").store
    store.create_conversation("Hello")
    real = tmp_path / "chats.bin"
    store.export(None, "json", real)
    store.close()
    assert sort_files([real]) == DroppedFiles(exports=(real,))
    mentioned = tmp_path / "about.txt"
    mentioned.write_text(f"The schema is {SCHEMA}.")
    assert is_log(mentioned)


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x03\x04 but no archive", b"{",
                                     "24/12/2025, 18:00 - Ö: hi".encode(), b"\xff\xfe\x00", b"\x89PNG\r\n\x1a\n"])
def test_anything_else_is_for_the_reader_of_logs(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "model.zip"
    file.write_bytes(content)
    assert is_log(file)


def test_a_file_that_is_not_there_or_not_readable_is_told_by_the_reader_of_logs(tmp_path: Path) -> None:
    assert is_log(tmp_path / "nothing")


def test_the_answer_comes_from_another_thread_and_in_order(qtbot: QtBot, tmp_path: Path) -> None:
    first, second = tmp_path / "b.txt", tmp_path / "a.txt"
    sorter = DroppedFilesSorter()
    with qtbot.waitSignal(sorter.sorted_ready, timeout=5000) as found:
        sorter.sort([first, second])
    assert found.args == [DroppedFiles(logs=(first, second))]


def test_many_drops_at_once_are_all_answered(qtbot: QtBot, tmp_path: Path) -> None:
    sorter, seen = DroppedFilesSorter(), []
    sorter.sorted_ready.connect(seen.append)
    for number in range(200):
        sorter.sort([tmp_path / str(number)])
    qtbot.waitUntil(lambda: len(seen) == 200, timeout=10_000)
    assert {found.logs[0].name for found in seen} == {str(number) for number in range(200)}


def test_a_window_that_goes_away_meanwhile_does_no_harm(qapp: QCoreApplication, tmp_path: Path) -> None:
    for _ in range(50):
        sorter = DroppedFilesSorter()
        sorter.sort([tmp_path])
        shiboken6.delete(sorter)
        del sorter
    for thread in threading.enumerate():
        if thread.name == THREAD_NAME:
            thread.join(5)
    QCoreApplication.sendPostedEvents()
    assert not any(thread.name == THREAD_NAME for thread in threading.enumerate())


def test_a_mistake_of_ours_goes_to_the_log(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
                                           expected_log: object) -> None:
    expected_log.expect("a drop could not be looked at")
    monkeypatch.setattr(dropped_files, "sort_files", lambda paths: 1 // 0)
    DroppedFilesSorter().sort([tmp_path])
    for thread in threading.enumerate():
        if thread.name == THREAD_NAME:
            thread.join(5)
