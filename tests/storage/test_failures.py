"""A full disk, a folder that may not be written, a busy file: one sentence each, and nothing is lost."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from chatbot.core.errors import StorageError
from chatbot.core.messages import MessageStatus
from chatbot.storage import connection
from chatbot.storage.failures import clear_sentences, from_os
from chatbot.storage.instance_lock import InstanceLock
from chatbot.storage.opening import open_store
from chatbot.storage.store import SqliteChatStore
from tests.storage.trees import MODEL, say, shown

posix_only = pytest.mark.skipif(os.name != "posix", reason="rights are a matter of POSIX")


def test_a_full_disk_while_chatting_keeps_what_was_saved(store: SqliteChatStore, database: Path) -> None:
    made = store.create_conversation()
    _, reply = store.begin_exchange(made.id, None, "Hello", MODEL)
    store.update_text(reply.id, "Good")
    pages = store._db.execute("PRAGMA page_count").fetchone()[0]
    store._db.execute(f"PRAGMA max_page_count = {pages}")  # what SQLite does when the disk has no room for a page
    with pytest.raises(StorageError, match="is full; free some space") as caught:
        store.update_text(reply.id, "Good" + " day" * 10_000)
    assert caught.value.code == "disk_full"
    with pytest.raises(StorageError):
        store.end_reply(reply.id, "Good day", MessageStatus.COMPLETE, None, [(reply.id, b"s" * 50_000)], MODEL)
    kept = store.message(reply.id)
    assert (kept.text, kept.status) == ("Good", MessageStatus.WRITING)
    store._db.execute("PRAGMA max_page_count = 1000000")
    store.end_reply(reply.id, "Good" + " day" * 10_000, MessageStatus.COMPLETE, None, [], MODEL)
    assert len(store.message(reply.id).text) == 40_004


def test_a_full_disk_while_opening(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real_connect = connection.connect

    def connect_to_full_disk(path: Path) -> sqlite3.Connection:
        db = real_connect(path)
        db.execute("PRAGMA max_page_count = 2")
        return db

    monkeypatch.setattr("chatbot.storage.opening.connect", connect_to_full_disk)
    with pytest.raises(StorageError) as caught:
        open_store(database)
    assert caught.value.code == "disk_full"
    monkeypatch.undo()
    open_store(database).store.close()


@posix_only
def test_the_lock_needs_no_room_on_the_disk(tmp_path: Path) -> None:
    import resource

    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, old[1]))  # no file may grow, as on a full disk
    try:
        lock = InstanceLock(tmp_path / "chats.db")
        with pytest.raises(StorageError, match="already running with"):
            InstanceLock(tmp_path / "chats.db")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
    lock.release()
    InstanceLock(tmp_path / "chats.db").release()


@pytest.mark.parametrize(("number", "code"), [
    (errno.ENOSPC, "disk_full"), (errno.EROFS, "read_only"), (errno.EACCES, "read_only"), (errno.EPERM, "read_only"),
    (errno.ENOTDIR, "cannot_open"), (errno.ENAMETOOLONG, "cannot_open")])
def test_errors_of_the_system(number: int, code: str) -> None:
    error = from_os(OSError(number, os.strerror(number)), Path("/some/where"))
    assert error.code == code
    assert "/some/where" in str(error) or "\\some\\where" in str(error)


@posix_only
def test_a_folder_that_may_not_be_written(unprivileged_folder: Path) -> None:
    unprivileged_folder.chmod(0o500)
    for database in (unprivileged_folder / "chats.db", unprivileged_folder / "data" / "chats.db"):
        with pytest.raises(StorageError, match="write permission or set CHATBOT_HOME") as caught:
            open_store(database)
        assert caught.value.code == "read_only"
    assert list(unprivileged_folder.iterdir()) == []


@posix_only
def test_chats_in_a_folder_that_became_read_only(unprivileged_folder: Path) -> None:
    database = unprivileged_folder / "chats.db"
    store, _ = open_store(database)
    made = store.create_conversation()
    say(store, made.id, "kept")
    store.close()
    database.chmod(0o400)
    unprivileged_folder.chmod(0o500)
    with pytest.raises(StorageError) as caught:
        open_store(database)
    assert caught.value.code == "read_only"
    unprivileged_folder.chmod(0o700)
    database.chmod(0o600)
    store, notices = open_store(database)
    assert (shown(store, made.id), notices) == (["kept"], [])
    store.close()


def test_a_file_held_by_another_program(store: SqliteChatStore, database: Path) -> None:
    store._db.execute("PRAGMA busy_timeout = 20")
    made = store.create_conversation("before")
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="Another program holds") as caught:
            store.rename(made.id, "after")
        assert caught.value.code == "database_busy"
        assert store.conversation(made.id).title == "before"
    store.rename(made.id, "after")
    assert store.conversation(made.id).title == "after"


def test_bugs_are_not_dressed_up_as_known_errors(store: SqliteChatStore) -> None:
    with pytest.raises(sqlite3.IntegrityError), clear_sentences(Path("x")):
        store._db.execute("INSERT INTO message (conversation_id, depth, role, text, created_at, status) "
                          "VALUES (1, 0, 'nobody', '', 0, 'complete')")
    with pytest.raises(sqlite3.OperationalError), clear_sentences(Path("x")):
        store._db.execute("SELECT nonsense")
    store.close()
    with pytest.raises(sqlite3.ProgrammingError):
        store.conversations()
