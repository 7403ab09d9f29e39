"""Automatic backups: when, how many, what they hold."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest

from chatbot.core.errors import StorageError
from chatbot.core.messages import Role
from chatbot.storage import maintenance
from chatbot.storage.backup import back_up, back_up_if_due, backup_folder, backups
from chatbot.storage.connection import connect, run_check
from chatbot.storage.maintenance import maintain
from chatbot.storage.opening import open_reader, open_store
from chatbot.storage.store import SqliteChatStore
from tests.storage.conftest import Clock
from tests.storage.trees import MODEL, exchange, say, shown

DAY_S = 86_400.0


def test_a_backup_holds_the_chats_but_not_the_states(store: SqliteChatStore, database: Path) -> None:
    made = store.create_conversation()
    exchange(store, made.id, "Hello", "Good day", os.urandom(300_000))
    backup = back_up(database)
    assert backup.parent == backup_folder(database)
    assert run_check(backup)
    assert backup.stat().st_size < 200_000
    reader = open_reader(backup)
    assert shown(reader, made.id) == ["Hello", "Good day"]
    assert len(reader.search("Good day")) == 1
    reply = reader.path(made.id)[-1]
    assert reader.nearest_state(reply.id, MODEL)[0] is None
    assert store.nearest_state(reply.id, MODEL)[0] is not None
    reader.close()
    assert not list(backup.parent.glob("*.part")) and not list(backup.parent.glob("*-wal"))


@pytest.mark.skipif(os.name != "posix", reason="rights are a matter of POSIX")
def test_backups_are_for_the_owner_only(store: SqliteChatStore, database: Path) -> None:
    backup = back_up(database)
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert stat.S_IMODE(backup.parent.stat().st_mode) == 0o700


def test_one_a_day_if_something_changed(store: SqliteChatStore, database: Path) -> None:
    now = database.stat().st_mtime + 10
    assert back_up_if_due(database, now=now) is not None
    say(store, store.create_conversation().id, "new")
    os.utime(database, (now + 60, now + 60))
    assert back_up_if_due(database, now=now + 3600) is None
    assert back_up_if_due(database, now=now + DAY_S) is not None
    assert back_up_if_due(database, now=now + 2 * DAY_S) is None
    assert len(backups(database)) == 2


def test_the_newest_seven_are_kept(store: SqliteChatStore, database: Path) -> None:
    stranger = backup_folder(database) / "chats-my-own-copy.db"
    made = [back_up(database, now=1_700_000_000.0 + day * DAY_S) for day in range(9)]
    stranger.write_text("not ours")
    made.append(back_up(database, now=1_700_000_000.0 + 9 * DAY_S))
    assert backups(database) == made[:2:-1]
    assert stranger.exists()


def test_two_backups_in_one_second_do_not_overwrite_each_other(store: SqliteChatStore, database: Path) -> None:
    assert back_up(database, now=1_700_000_000.0) != back_up(database, now=1_700_000_000.0)
    assert len(backups(database)) == 2


def test_a_failed_backup_leaves_nothing_and_keeps_the_old_ones(
        store: SqliteChatStore, database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = back_up(database, now=1_700_000_000.0)
    monkeypatch.setattr("chatbot.storage.backup.run_check", lambda path: False)
    with pytest.raises(StorageError) as caught:
        back_up(database)
    assert caught.value.code == "io_error"
    assert list(backup_folder(database).iterdir()) == [good]


def test_a_backup_while_the_program_writes(store: SqliteChatStore, database: Path) -> None:
    made = store.create_conversation()
    done = threading.Event()
    results: list[Path] = []

    def work() -> None:
        for _ in range(5):
            results.append(back_up(database))
        done.set()

    thread = threading.Thread(target=work)
    thread.start()
    count = 0
    while not done.is_set() or count < 50:
        exchange(store, made.id, "Hello", f"reply {count}")
        count += 1
    thread.join()
    for backup in results:
        reader = open_reader(backup)
        path = reader.path(made.id)
        assert len(path) % 2 == 0 or path[-1].text == ""  # between begin_exchange and end_reply, never inside one
        reader.close()


def test_maintenance_backs_up_drops_old_states_and_shrinks_the_file(
        store: SqliteChatStore, database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = store.create_conversation(), store.create_conversation()
    for made in (old, new):
        for _ in range(20):
            exchange(store, made.id, "Hello", "Good day", os.urandom(100_000))
    monkeypatch.setattr(maintenance, "CONVERSATIONS_WITH_STATES", 1)
    store._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    before = database.stat().st_size
    assert maintain(database) is not None
    assert maintain(database) is None
    assert database.stat().st_size < before * 0.7
    for made, states in ((old, 1), (new, 40)):
        rows = store._db.execute("SELECT count(*) FROM state JOIN message ON message.id = state.message_id "
                                 "WHERE conversation_id = ?", (made.id,))
        assert rows.fetchone() == (states,)
        assert len(shown(store, made.id)) == 40


def test_maintenance_erases_what_was_deleted_a_month_ago(
        store: SqliteChatStore, database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maintenance, "_MESSAGES_AT_ONCE", 7)
    old, recent, kept = (store.create_conversation(name).id for name in ("old", "recent", "kept"))
    for number in (old, recent, kept):
        chain = say(store, number, *[f"heron {n}" for n in range(21)])
        store.add_message(number, chain[3].id, Role.USER, "heron version")
    store.delete(old)
    clock.now += 20 * DAY_S
    store.delete(recent)
    maintain(database, now=clock.now + 11 * DAY_S)
    rows = store._db.execute("SELECT conversation_id, count(*) FROM message GROUP BY conversation_id").fetchall()
    assert rows == [(recent, 22), (kept, 22)]
    with pytest.raises(StorageError):
        store.undelete(old)
    store.undelete(recent)
    assert len(store.search("heron")) == 44


def test_maintenance_needs_an_existing_store(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        maintain(tmp_path / "chats.db")
    with closing(connect(tmp_path / "other.db")) as db:
        db.execute("CREATE TABLE x (y)")
    with pytest.raises((StorageError, sqlite3.OperationalError)):
        maintain(tmp_path / "other.db")


def test_the_store_opens_from_any_backup(store: SqliteChatStore, database: Path, tmp_path: Path) -> None:
    made = store.create_conversation()
    say(store, made.id, "by hand")
    copy = tmp_path / "restored" / "chats.db"
    copy.parent.mkdir()
    back_up(database).rename(copy)
    restored, notices = open_store(copy)
    assert (shown(restored, made.id), notices) == (["by hand"], [])
    say(restored, made.id, "and on", parent_id=restored.conversation(made.id).head_id)
    restored.close()
