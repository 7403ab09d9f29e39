"""The log: rotating, private, and never in the way."""

from __future__ import annotations

import faulthandler
import logging
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from chatbot.process import logs


@pytest.fixture(autouse=True)
def crash_files(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[IO[str]]]:
    """The files that were to get the stacks of a crash; pytest keeps its own crash handler."""
    files: list[IO[str]] = []
    monkeypatch.setattr(faulthandler, "enable", lambda *given: files.extend(given))
    yield files
    for file in files:
        file.close()


@pytest.fixture(autouse=True)
def root_logger_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    for handler in set(root.handlers) - set(handlers):
        handler.close()
    root.handlers, root.level = handlers, level
    logging.captureWarnings(False)


def test_messages_go_to_the_file(temporary_home: Path) -> None:
    logs.start_logging()
    logging.getLogger("a room").info("it is warm, \ud800 too")
    text = logs.log_file().read_text(encoding="utf-8")
    assert "INFO MainThread a room: it is warm" in text
    assert logs.log_file().is_relative_to(temporary_home)


@pytest.mark.skipif(sys.platform == "win32", reason="rights are another matter there")
def test_files_are_the_owners_alone_after_a_rotation_too(monkeypatch: pytest.MonkeyPatch,
                                                         crash_files: list[IO[str]]) -> None:
    monkeypatch.setattr(logs, "LOG_BYTES", 500)
    logs.start_logging()
    logs.catch_crashes()
    for number in range(50):
        logging.getLogger("room").info("message %d", number)
    files = list(logs.log_file().parent.iterdir())
    assert len(files) == 1 + logs.OLD_FILES + 1
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert "message 49" in logs.log_file().read_text()
    assert [Path(file.name).name for file in crash_files] == ["crash.log"]


def test_a_folder_that_cannot_be_made_is_no_reason_to_fail(temporary_home: Path) -> None:
    (temporary_home / "log").write_text("a file where the folder should be")
    logs.start_logging()
    logs.catch_crashes()
    logging.getLogger("room").info("nobody hears this")
