"""Opening: rights, locks, interrupted replies, foreign and newer files, readers."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from chatbot.core.errors import StorageError
from chatbot.core.messages import MessageStatus
from chatbot.storage.connection import connect
from chatbot.storage.opening import open_reader, open_store
from chatbot.storage.store import SqliteChatStore
from tests.storage.trees import MODEL, say, shown

posix_only = pytest.mark.skipif(os.name != "posix", reason="rights are a matter of POSIX")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@posix_only
def test_everything_is_for_the_owner_only(tmp_path: Path) -> None:
    old_umask = os.umask(0)
    try:
        database = tmp_path / "deep" / "data" / "chats.db"
        store, _ = open_store(database)
        say(store, store.create_conversation().id, "private")
        assert mode(database.parent) == mode(database.parent.parent) == 0o700
        files = list(database.parent.iterdir())
        assert {file.name for file in files} == {"chats.db", "chats.db-wal", "chats.db-shm", "chats.db.lock"}
        assert {mode(file) for file in files} == {0o600}
        store.close()
    finally:
        os.umask(old_umask)


@posix_only
def test_rights_that_were_too_wide_are_narrowed(database: Path) -> None:
    open_store(database).store.close()
    database.chmod(0o644)
    open_store(database).store.close()
    assert mode(database) == 0o600


@posix_only
def test_a_shared_folder_keeps_its_rights(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o755)
    open_store(shared / "chats.db").store.close()
    assert mode(shared) == 0o755
    assert mode(shared / "chats.db") == 0o600


def test_chats_are_there_after_reopening(database: Path) -> None:
    store, _ = open_store(database)
    made = store.create_conversation()
    say(store, made.id, "a", "b", "c")
    store.close()
    store.close()  # twice is fine
    again, notices = open_store(database)
    assert (shown(again, made.id), notices) == (["a", "b", "c"], [])
    again.close()


def test_replies_left_behind_are_interrupted_and_keep_their_text(database: Path) -> None:
    store, _ = open_store(database)
    made = store.create_conversation()
    _, reply = store.begin_exchange(made.id, None, "Hello", MODEL)
    store.update_text(reply.id, "Good mor")
    store.close()
    store, _ = open_store(database)
    kept = store.message(reply.id)
    assert (kept.text, kept.status) == ("Good mor", MessageStatus.INTERRUPTED)
    assert len(store.search("Good mor")) == 1
    store.close()


def test_a_second_opening_is_refused_and_changes_nothing(store: SqliteChatStore, database: Path) -> None:
    made = store.create_conversation()
    _, reply = store.begin_exchange(made.id, None, "Hello", MODEL)
    with pytest.raises(StorageError, match="already running") as caught:
        open_store(database)
    assert caught.value.code == "already_running"
    assert caught.value.details["process_id"] == os.getpid()
    assert store.message(reply.id).status == MessageStatus.WRITING


def test_another_process_is_refused_until_the_first_ends(database: Path) -> None:
    script = ("import sys; from pathlib import Path; from chatbot.storage.opening import open_store\n"
              "opened = open_store(Path(sys.argv[1])); print('open', flush=True); sys.stdin.read()")
    with subprocess.Popen([sys.executable, "-c", script, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True, cwd=Path(__file__).parents[2]) as other:
        assert other.stdout is not None and other.stdout.readline() == "open\n"
        with pytest.raises(StorageError) as caught:
            open_store(database)
        assert caught.value.details["process_id"] == other.pid
        other.kill()
        other.wait()
    open_store(database).store.close()


def test_a_file_system_without_locks_is_named(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(file: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("chatbot.storage.instance_lock._lock", no_locks)
    with pytest.raises(StorageError, match="cannot lock files") as caught:
        open_store(database)
    assert caught.value.code == "cannot_lock"


def test_a_newer_database_is_left_alone(database: Path) -> None:
    open_store(database).store.close()
    with closing(connect(database)) as db:
        db.execute("INSERT INTO migration (name, applied_at) VALUES ('m999_from_the_future', 0)")
    before = database.read_bytes()
    for opening in (open_store, open_reader):
        with pytest.raises(StorageError, match="newer version") as caught:
            opening(database)
        assert caught.value.code == "database_too_new"
        assert caught.value.details["names"] == "m999_from_the_future"
    assert database.read_bytes() == before
    assert not list(database.parent.glob("*broken*"))


def test_a_refused_opening_gives_the_lock_back(database: Path) -> None:
    test_a_newer_database_is_left_alone(database)
    with closing(connect(database)) as db:
        db.execute("DELETE FROM migration WHERE name = 'm999_from_the_future'")
    open_store(database).store.close()


def test_a_database_of_another_program_is_left_alone(database: Path) -> None:
    database.parent.mkdir()
    with closing(sqlite3.connect(database)) as db:
        db.execute("CREATE TABLE recipe (id INTEGER)")
    before = database.read_bytes()
    with pytest.raises(StorageError, match="another program") as caught:
        open_store(database)
    assert caught.value.code == "not_a_chat_database"
    with closing(sqlite3.connect(database)) as db:
        assert db.execute("SELECT name FROM sqlite_master").fetchall() == [("recipe",)]
    assert len(before) == database.stat().st_size


def test_a_folder_in_the_place_of_the_file(database: Path) -> None:
    database.mkdir(parents=True)
    with pytest.raises(StorageError) as caught:
        open_store(database)
    assert caught.value.code == "cannot_open"


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    with pytest.raises(StorageError) as caught:
        open_store(tmp_path / "data" / "chats.db")
    assert caught.value.code == "cannot_open"


@pytest.mark.parametrize("name", ["with space", "ünïcode 猫", "per%20cent?#&", "quote'\""])
def test_odd_folder_names(tmp_path: Path, name: str) -> None:
    database = tmp_path / name / "chats.db"
    store, _ = open_store(database)
    made = store.create_conversation("x")
    reader = open_reader(database)
    assert reader.conversation(made.id).title == "x"
    reader.close()
    store.close()


def test_a_reader_works_on_another_thread_and_cannot_write(store: SqliteChatStore, database: Path) -> None:
    made = store.create_conversation()
    say(store, made.id, "the heron")
    results: list[object] = []

    def work() -> None:
        reader = open_reader(database)
        results.append(len(reader.search("heron")))
        results.append(reader.export(None, "text", database.with_name("out.txt")))
        try:
            reader.rename(made.id, "changed")
        except StorageError as error:
            results.append(error.code)
        reader.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert results == [1, 1, "read_only"]
    assert store.conversation(made.id).title == "the heron"


def test_a_reader_of_nothing_and_of_an_old_file(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as caught:
        open_reader(tmp_path / "chats.db")
    assert caught.value.code == "cannot_open"
    assert not (tmp_path / "chats.db").exists()
    old = tmp_path / "old.db"
    with closing(sqlite3.connect(old)) as db:
        db.executescript(Path(__file__).with_name("first_schema.sql").read_text(encoding="utf-8"))
    with pytest.raises(StorageError, match="older version") as caught:
        open_reader(old)
    assert caught.value.code == "database_too_old"


def test_the_store_has_everything_the_protocol_asks_for() -> None:
    from inspect import signature

    from chatbot.core.protocols import ChatStore

    for name, asked in vars(ChatStore).items():
        if not name.startswith("_"):
            given = signature(getattr(SqliteChatStore, name))
            assert list(given.parameters) == list(signature(asked).parameters), name
