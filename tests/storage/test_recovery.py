"""A broken database file is kept aside, and the program goes on."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from chatbot.core.errors import StorageError
from chatbot.storage.backup import back_up
from chatbot.storage.connection import connect, run_check
from chatbot.storage.opening import open_store
from tests.storage.trees import say, shown


def write_chats(database: Path, *texts: str) -> int:
    store, _ = open_store(database)
    made = store.create_conversation()
    say(store, made.id, *texts)
    store.close()
    return made.id


def aside_files(database: Path) -> list[Path]:
    return sorted(database.parent.glob("chats-broken-*.db"))


def overwrite_middle(database: Path) -> None:
    """Destroy the pages in the middle, leaving header and length."""
    size = database.stat().st_size
    with database.open("r+b") as file:
        file.seek(4096 * 2)
        file.write(os.urandom(size - 4096 * 4))


@pytest.mark.parametrize("breakage", ["no database", "truncated", "middle", "header"])
def test_a_broken_file_is_kept_aside_and_a_fresh_one_opened(database: Path, breakage: str) -> None:
    write_chats(database, *["words and more words " * 20] * 50)
    if breakage == "no database":
        database.write_bytes(b"This is no database at all. " * 400)
    elif breakage == "truncated":
        os.truncate(database, 4096 * 3)
    elif breakage == "middle":
        overwrite_middle(database)
    else:
        with database.open("r+b") as file:
            file.write(os.urandom(100))
    broken = database.read_bytes()
    store, notices = open_store(database)
    (aside,) = aside_files(database)
    assert aside.read_bytes() == broken
    assert [notice.code for notice in notices] == ["database_set_aside"]
    assert str(aside) in notices[0].sentence and notices[0].details["aside"] == str(aside)
    assert store.conversations() == []
    say(store, store.create_conversation().id, "life goes on")
    store.close()
    store, notices = open_store(database)
    assert (notices, len(store.conversations())) == ([], 1)
    store.close()
    assert run_check(database)


def test_the_side_file_with_the_latest_changes_goes_along(database: Path) -> None:
    write_chats(database, "a")
    database.write_bytes(b"broken" * 1000)
    wal = database.with_name("chats.db-wal")
    wal.write_bytes(b"latest changes")
    store, _ = open_store(database)
    store.close()
    (aside,) = aside_files(database)
    assert aside.with_name(aside.name + "-wal").read_bytes() == b"latest changes"


def test_an_empty_file_with_a_side_file_is_kept_aside_too(database: Path) -> None:
    database.parent.mkdir()
    database.touch()
    database.with_name("chats.db-wal").write_bytes(b"all there is")
    store, notices = open_store(database)
    store.close()
    assert [notice.code for notice in notices] == ["database_set_aside"]
    (aside,) = aside_files(database)
    assert aside.with_name(aside.name + "-wal").read_bytes() == b"all there is"


def test_two_broken_files_in_one_second_are_both_kept(database: Path) -> None:
    for number in range(2):
        database.parent.mkdir(exist_ok=True)
        database.write_bytes(b"broken %d" % number * 1000)
        open_store(database, clock=lambda: 1_700_000_000.0).store.close()
    assert len(aside_files(database)) == 2


def test_the_newest_sound_backup_takes_the_place(database: Path) -> None:
    number = write_chats(database, "saved yesterday")
    back_up(database, now=1_700_000_000.0)
    newer = back_up(database, now=1_700_100_000.0)
    newer.write_bytes(b"this backup is broken too")
    os.utime(newer, (1_700_100_000.0, 1_700_100_000.0))
    database.write_bytes(b"broken" * 1000)
    store, notices = open_store(database)
    assert [notice.code for notice in notices] == ["database_restored"]
    assert notices[0].details["backup"] != str(newer)
    assert shown(store, number) == ["saved yesterday"]
    assert len(store.search("yesterday")) == 1
    store.close()
    assert len(aside_files(database)) == 1


def test_an_emptied_file_is_restored_but_a_fresh_start_is_not_disturbed(database: Path) -> None:
    database.parent.mkdir()
    database.touch()
    number = write_chats(database, "precious")
    assert aside_files(database) == []
    back_up(database)
    database.write_bytes(b"")
    store, notices = open_store(database)
    assert [notice.code for notice in notices] == ["database_restored"]
    assert shown(store, number) == ["precious"]
    store.close()


def test_damage_met_later_is_a_sentence_and_the_next_start_looks_closer(
        database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    number = write_chats(database, *["words and more words " * 20] * 200)
    # Hide the damage from the short look of a start, as it would be in a file of many megabytes.
    monkeypatch.setattr("chatbot.storage.recovery._QUICK_LOOK_STEPS", 1)
    size = database.stat().st_size
    with database.open("r+b") as file:
        file.seek(size // 2)
        file.write(os.urandom(size - size // 2))
    store, notices = open_store(database)
    assert notices == []
    with pytest.raises(StorageError, match="is damaged; restart the program") as caught:
        store.path(number)
        store.search("words")
        store.rename(number, "x")
    assert caught.value.code == "database_damaged"
    store.close()
    store, notices = open_store(database)
    assert [notice.code for notice in notices] == ["database_set_aside"]
    assert not database.with_name("chats.db.check").exists()
    store.close()


def test_a_wrong_suspicion_costs_nothing(database: Path) -> None:
    number = write_chats(database, "fine")
    mark = database.with_name("chats.db.check")
    mark.touch()
    store, notices = open_store(database)
    assert (notices, shown(store, number)) == ([], ["fine"])
    assert not mark.exists()
    store.close()


def test_the_check_finds_an_index_that_lost_an_entry(database: Path) -> None:
    write_chats(database, "a", "b")
    assert run_check(database)
    with closing(connect(database)) as db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute("UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'message') "
                   "WHERE name = 'state'")
    assert not run_check(database)
    assert not run_check(database.with_name("missing.db"))


def test_sqlite_reports_the_error_codes_this_relies_on() -> None:
    assert sqlite3.sqlite_version_info >= (3, 34), "the trigram index needs SQLite 3.34"
