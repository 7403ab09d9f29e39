"""A database that this process has open keeps its locks, whatever else the process does with the file.

Without them the next program that looked at the chats would delete the write-ahead log on leaving, and what is written
afterwards would be lost in a crash.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from chatbot.chatlogs.problems import NotText
from chatbot.chatlogs.reading import read_log
from chatbot.core.errors import ImportProblem, StorageError
from chatbot.core.held_databases import is_held_database
from chatbot.storage.backup import back_up
from chatbot.storage.connection import connect, run_check
from chatbot.storage.maintenance import maintain
from chatbot.storage.opening import open_beside, open_reader, open_store
from chatbot.storage.store import SqliteChatStore
from chatbot.worker.dropped_files import DroppedFiles, sort_files
from tests.storage.trees import say

ROOT = Path(__file__).parents[2]
LOOK = ("import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); "
        "print(db.execute('SELECT count(*) FROM message').fetchone()[0]); db.close()")


def look_from_another_process(database: Path) -> int:
    """The number of messages that another program sees, which then leaves."""
    done = subprocess.run([sys.executable, "-c", LOOK, str(database)], capture_output=True, text=True, check=True)
    return int(done.stdout)


def log_of(database: Path) -> Path:
    return database.with_name(database.name + "-wal")


def drop_it(store: SqliteChatStore) -> None:
    files = [store.database, log_of(store.database), store.database.with_name("chats.db-shm")]
    assert sort_files(files) == DroppedFiles(logs=tuple(files))


def learn_from_it(store: SqliteChatStore) -> None:
    with pytest.raises(NotText, match="use the app's own export"):
        read_log([store.database])


def learn_from_its_folder(store: SqliteChatStore) -> None:
    with pytest.raises(ImportProblem):
        read_log([store.database.parent])


def import_it(store: SqliteChatStore) -> None:
    with pytest.raises(StorageError) as caught:
        store.import_json(store.database)
    assert caught.value.code == "import_not_json"


def export_onto_it(store: SqliteChatStore) -> None:
    with pytest.raises(StorageError, match="it is a database in use") as caught:
        store.export(None, "json", store.database)
    assert caught.value.code == "cannot_write_file"


DEEDS: dict[str, Callable[[SqliteChatStore], object]] = {
    "connecting": lambda store: connect(store.database).close(),
    "a second door": lambda store: open_beside(store.database).close(),
    "a reader": lambda store: open_reader(store.database).close(),
    "housekeeping": lambda store: maintain(store.database),
    "a backup": lambda store: back_up(store.database),
    "a check": lambda store: run_check(store.database),
    "a refused second opening": lambda store: pytest.raises(StorageError, open_store, store.database),
    "dropping it": drop_it,
    "learning from it": learn_from_it,
    "learning from its folder": learn_from_its_folder,
    "importing it": import_it,
    "exporting onto it": export_onto_it,
}


@pytest.mark.parametrize("deed", DEEDS)
def test_the_log_outlives_a_visitor(store: SqliteChatStore, deed: str) -> None:
    made = store.create_conversation()
    say(store, made.id, "before")
    DEEDS[deed](store)
    inode = log_of(store.database).stat().st_ino
    assert look_from_another_process(store.database) == 1
    assert log_of(store.database).exists(), "the visitor believed that it was the last one"
    assert log_of(store.database).stat().st_ino == inode
    say(store, made.id, "after")
    assert look_from_another_process(store.database) == 2


WRITER = """
import sys
from pathlib import Path
from chatbot.core.messages import Role
from chatbot.storage.maintenance import maintain
from chatbot.storage.opening import open_beside, open_store

store = open_store(Path(sys.argv[1])).store
talk = store.create_conversation("talk").id
open_beside(store.database).close()
maintain(store.database)
print("open", flush=True)
sys.stdin.readline()
store.add_message(talk, None, Role.USER, "written after the visit")
print("written", flush=True)
sys.stdin.readline()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a matter of POSIX")
def test_what_is_written_after_a_visit_outlives_a_kill(database: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", WRITER, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True, cwd=ROOT) as writer:
        assert writer.stdout is not None and writer.stdin is not None
        assert writer.stdout.readline() == "open\n"
        look_from_another_process(database)
        writer.stdin.write("\n")
        writer.stdin.flush()
        assert writer.stdout.readline() == "written\n"
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    store, notices = open_store(database)
    assert notices == []
    assert [hit.conversation_title for hit in store.search("after the visit")] == ["talk"]
    store.close()


def test_connecting_opens_only_a_file_that_it_makes(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database.parent.mkdir()
    opened: list[Path] = []
    real_open = os.open

    def watched_open(path: str | Path, *arguments: int) -> int:
        opened.append(Path(path))
        return real_open(path, *arguments)

    monkeypatch.setattr(os, "open", watched_open)
    connect(database).close()
    assert opened == [database]
    connect(database).close()
    assert opened == [database], "the second time it was there"


@pytest.mark.skipif(os.name != "posix", reason="rights are a matter of POSIX")
def test_rights_are_only_taken_away_and_only_from_files(tmp_path: Path) -> None:
    folder = tmp_path / "folder.db"
    folder.mkdir(mode=0o755)
    with pytest.raises(sqlite3.OperationalError):
        connect(folder)
    assert folder.stat().st_mode & 0o777 == 0o755
    real, link = tmp_path / "elsewhere.db", tmp_path / "link.db"
    link.symlink_to(real)
    connect(link).close()
    assert real.stat().st_mode & 0o777 == 0o600, "a link may point to a file that is yet to be made"


@pytest.mark.skipif(os.name != "posix", reason="on Windows not everybody may make a link")
def test_a_database_is_held_while_its_side_files_are_there(database: Path, tmp_path: Path) -> None:
    with closing(open_store(database).store):
        for name in ("chats.db", "chats.db-wal", "chats.db-shm"):
            assert is_held_database(database.with_name(name))
        link = tmp_path / "link"
        link.symlink_to(database)
        assert is_held_database(link)
        assert not is_held_database(database.with_name("chats.db.lock"))
    assert not is_held_database(database)
    for path in (database.parent, tmp_path / "notes-wal", Path("/"), Path("null\0byte"), tmp_path / ("x" * 300)):
        assert not is_held_database(path)
