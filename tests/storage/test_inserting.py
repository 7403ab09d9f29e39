"""An import lets others write meanwhile, is seen by nobody before it is whole, and leaves nothing if it fails."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from chatbot.core.errors import StorageError
from chatbot.storage import inserting
from chatbot.storage.maintenance import maintain, purge
from chatbot.storage.opening import open_beside, open_reader, open_store
from chatbot.storage.store import SqliteChatStore
from tests.storage.trees import say, shown


def write_export(file: Path, conversations: int = 3, messages: int = 40) -> Path:
    """Long conversations of short messages, of which the second is pinned."""
    made = [{"title": f"talk {number}", "created_at": 10.0 + number, "head": messages, "is_pinned": number == 1,
             "messages": [{"id": n, "parent": n - 1 or None, "role": "bot" if n % 2 == 0 else "user",
                           "text": f"message {n} of {number}", "created_at": float(n)}
                          for n in range(1, messages + 1)]} for number in range(conversations)]
    file.write_text(json.dumps({"schema": "wren-chatbot-conversations", "version": 1, "conversations": made}))
    return file


@pytest.fixture(autouse=True)
def short_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction for every few rows."""
    monkeypatch.setattr(inserting, "_WORK_AT_ONCE", 4000)


def test_others_write_between_the_steps_and_see_nothing_of_it(store: SqliteChatStore, tmp_path: Path) -> None:
    mine = store.create_conversation("mine")
    seen: list[list[str]] = []

    def breathe() -> None:
        say(store, mine.id, "hello", "hi")
        seen.append([conversation.title for conversation in store.conversations()])
        assert store.deleted_conversations() == []
        assert store.search("message 33 of") == []

    with closing(open_beside(store.database, breathe)) as beside:
        ids = beside.import_json(write_export(tmp_path / "export.json"))
    assert len(seen) > 5
    assert all(titles == ["mine"] for titles in seen)
    assert [store.conversation(number).title for number in ids] == ["talk 0", "talk 1", "talk 2"]
    for number, made in enumerate(ids):
        assert shown(store, made) == [f"message {n} of {number}" for n in range(1, 41)]
    assert len(store.versions(store.path(mine.id)[0].id)) == len(seen), "nothing that was written meanwhile is lost"
    assert len(store.search("message 33 of")) == 3
    assert [conversation.title for conversation in store.conversations()][0] == "talk 1", "the pinned one"


@pytest.mark.parametrize("error", [StorageError("It was stopped.", code="stopped"), KeyboardInterrupt()])
def test_an_ended_import_leaves_nothing(store: SqliteChatStore, tmp_path: Path, error: BaseException) -> None:
    count = 0

    def breathe() -> None:
        nonlocal count
        count += 1
        if count == 7:
            raise error

    with closing(open_beside(store.database, breathe)) as beside, pytest.raises(type(error)):
        beside.import_json(write_export(tmp_path / "export.json"))
    for table in ("conversation", "message"):
        assert store._db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    assert store.import_json(write_export(tmp_path / "export.json")), "and it can be tried again"


def test_what_a_crash_leaves_is_never_offered_and_soon_erased(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = tmp_path / "chats.db"
    store, _ = open_store(database)

    def crash() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(inserting, "erase", lambda *_: None)  # a crash erases nothing
    with closing(open_beside(database, crash)) as beside, pytest.raises(KeyboardInterrupt):
        beside.import_json(write_export(tmp_path / "export.json"))
    assert store.conversations() == store.deleted_conversations() == []
    assert purge(store._db, 1e11) == 0, "an import that is under way is not erased"
    (remains,) = store._db.execute("SELECT id FROM conversation").fetchone()
    store.close()
    store, _ = open_store(database)
    mine = store.create_conversation("mine").id
    store.delete(mine)
    assert store.conversations() == [] and store.search("message 1 of") == []
    assert [found.conversation.id for found in store.deleted_conversations()] == [mine]
    with pytest.raises(StorageError):
        store.erase_deleted(remains)
    maintain(database)
    assert store._db.execute("SELECT id FROM conversation").fetchall() == [(mine,)]
    assert store._db.execute("SELECT count(*) FROM message").fetchone() == (0,)
    store.close()


def test_a_failing_disk_leaves_nothing_and_is_one_sentence(store: SqliteChatStore, tmp_path: Path) -> None:
    store._db.execute(f"PRAGMA max_page_count = {store._db.execute('PRAGMA page_count').fetchone()[0] + 4}")
    with pytest.raises(StorageError) as caught:
        store.import_json(write_export(tmp_path / "export.json", messages=500))
    assert caught.value.code == "disk_full"
    store._db.execute("PRAGMA max_page_count = 100000")
    assert store._db.execute("SELECT count(*) FROM message").fetchone() == (0,)
    assert store.import_json(write_export(tmp_path / "export.json"))


def test_an_export_that_is_ended_leaves_the_old_file(store: SqliteChatStore, tmp_path: Path) -> None:
    store.import_json(write_export(tmp_path / "export.json"))
    target = tmp_path / "out.md"
    target.write_text("old")
    calls: list[int] = []

    def breathe() -> None:
        calls.append(1)
        if len(calls) == 3:
            raise StorageError("It was stopped.", code="stopped")

    with closing(open_beside(store.database, breathe)) as beside, pytest.raises(StorageError, match="stopped"):
        beside.export(None, "markdown", target)
    assert target.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir() if "out" in path.name) == ["out.md"]


def test_a_reader_cannot_import(store: SqliteChatStore, tmp_path: Path) -> None:
    with closing(open_reader(store.database)) as reader, pytest.raises(StorageError):
        reader.import_json(write_export(tmp_path / "export.json"))
