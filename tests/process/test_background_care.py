"""Upkeep of the database in the background, which may fail without anybody being disturbed."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from chatbot.core.errors import StorageError
from chatbot.process import background_care
from chatbot.process.background_care import BackgroundCare
from chatbot.storage.opening import open_store


def test_the_first_care_makes_a_backup_while_the_database_is_open(tmp_path: Path) -> None:
    database = tmp_path / "chats.db"
    with closing(open_store(database).store) as store:
        store.create_conversation("one")
        BackgroundCare(database).run()
    assert [path for path in tmp_path.rglob("*") if "backup" in str(path).lower()]


@pytest.mark.parametrize("error", [StorageError("The disk is full."), ValueError("a bug")])
def test_a_failure_is_logged_and_goes_no_further(tmp_path: Path, error: Exception, expected_log,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(database: Path) -> None:
        raise error

    expected_log.expect("could not be tended")
    monkeypatch.setattr(background_care, "maintain", broken)
    BackgroundCare(tmp_path / "chats.db").run()
