"""Every database, from the very first schema on, ends up the same."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from chatbot.core.messages import MessageStatus
from chatbot.storage import migrations
from chatbot.storage.backup import backups
from chatbot.storage.connection import APPLICATION_ID, connect
from chatbot.storage.opening import open_store

FIRST_SCHEMA = Path(__file__).with_name("first_schema.sql")


def write_first_database(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as db:
        db.executescript(FIRST_SCHEMA.read_text(encoding="utf-8"))


def schema(db: sqlite3.Connection) -> set[tuple[str, ...]]:
    """Everything in the schema, white space aside, and the columns and foreign keys as SQLite sees them."""
    rows = db.execute("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master").fetchall()
    things = {(kind, name, table, " ".join(sql.replace('"', "").split())) for kind, name, table, sql in rows}
    for _, name, *_ in [row for row in rows if row[0] == "table"]:
        things |= {("column", name, *map(str, column)) for column in db.execute(f"PRAGMA table_info({name})")}
        things |= {("key", name, *map(str, key)) for key in db.execute(f"PRAGMA foreign_key_list({name})")}
    return things


def test_the_first_schema_and_a_blank_file_become_the_same(tmp_path: Path) -> None:
    first, blank = tmp_path / "first.db", tmp_path / "blank.db"
    write_first_database(first)
    with closing(connect(first)) as old, closing(connect(blank)) as new:
        assert migrations.migrate(old, first) == [step.__name__ for step in migrations.MIGRATIONS[1:]]
        assert migrations.migrate(new, blank) == [step.__name__ for step in migrations.MIGRATIONS]
        assert schema(old) == schema(new)
        assert len(schema(new)) > 40
        for db in (old, new):
            assert db.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
            assert migrations.applied_names(db) == [step.__name__ for step in migrations.MIGRATIONS]
            assert migrations.migrate(db, first) == []


def test_old_chats_are_there_and_found_after_migrating(tmp_path: Path) -> None:
    path = tmp_path / "chats.db"
    write_first_database(path)
    store, notices = open_store(path)
    assert notices == []
    assert [m.text for m in store.path(1)] == ["Do you like herons?", "我喜欢苍鹭"]
    assert store.path(1)[1].status == MessageStatus.INTERRUPTED
    assert [hit.message_id for hit in store.search("herons")] == [2, 1]
    assert [hit.message_id for hit in store.search("苍鹭")] == [3]
    store.close()


def test_a_backup_is_made_before_migrating_and_not_without_need(tmp_path: Path) -> None:
    path = tmp_path / "chats.db"
    write_first_database(path)
    open_store(path).store.close()
    (backup,) = backups(path)
    with closing(sqlite3.connect(backup)) as db:
        assert migrations.applied_names(db) == ["m001_conversations_and_messages"]
        assert db.execute("SELECT count(*) FROM message").fetchone() == (3,)
    open_store(path).store.close()
    assert backups(path) == [backup]
    open_store(tmp_path / "new" / "chats.db").store.close()
    assert backups(tmp_path / "new" / "chats.db") == []


def test_a_step_that_fails_leaves_the_database_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "chats.db"
    write_first_database(path)

    def m002_states(db: sqlite3.Connection) -> None:
        db.execute("CREATE TABLE half_done (id INTEGER)")
        raise RuntimeError("power cut")

    monkeypatch.setattr(migrations, "MIGRATIONS", (migrations.MIGRATIONS[0], m002_states))
    with closing(connect(path)) as db:
        before = schema(db)
        with pytest.raises(RuntimeError):
            migrations.migrate(db, path)
        assert schema(db) == before
        assert migrations.applied_names(db) == ["m001_conversations_and_messages"]


def test_names_count_up_and_say_something() -> None:
    for number, step in enumerate(migrations.MIGRATIONS, start=1):
        assert step.__name__.startswith(f"m{number:03}_")
        assert step.__doc__
