"""The JSON export comes back as it was; any other file is refused with one sentence and changes nothing."""

from __future__ import annotations

import copy
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatbot.core.errors import StorageError
from chatbot.core.messages import MessageStatus, Role
from chatbot.storage.importing import MAX_FILE_BYTES
from chatbot.storage.opening import open_store
from chatbot.storage.store import SqliteChatStore
from tests.storage.trees import MODEL, exchange, say, shown


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "export.json"


def rich_conversation(store: SqliteChatStore) -> int:
    """Versions, marks, statistics, settings and a draft; the shown path is not the newest one."""
    made = store.create_conversation(model_id="wren-en-s")
    own, reply = exchange(store, made.id, "My cat is Miso 🐈\u200d⬛", "Nice \u202ename\u202c")
    second = store.add_message(made.id, own.id, Role.BOT, "A lovely name", model_id=MODEL)
    say(store, made.id, "Thanks", "You are welcome", parent_id=second.id)
    edited = store.edit_bot_message(reply.id, "Nicer name")
    store.add_message(made.id, None, Role.USER, "My dog is Bello")
    stopped = store.add_message(made.id, edited.id, Role.USER, "And?")
    answer = store.add_message(made.id, stopped.id, Role.BOT, "", status=MessageStatus.WRITING)
    store.end_reply(answer.id, "And", MessageStatus.STOPPED, None, [], MODEL)
    store.select_version(second.id)
    store.set_forgets_before(own.id, True)
    store.set_rating(reply.id, -1)
    store.set_pinned(made.id, True)
    store.set_sampling(made.id, '{"temperature": 0.5, "\\u00e4": 1}')
    store.set_draft(made.id, "half a")
    return made.id


def everything(store: SqliteChatStore, conversation_id: int) -> dict[str, Any]:
    """A conversation with all versions, ids counted from its first message."""
    ids = [row[0] for row in store._db.execute("SELECT id FROM message WHERE conversation_id = ? ORDER BY id",
                                               (conversation_id,))]
    place = {message_id: number for number, message_id in enumerate(ids)} | {None: None}
    pointers = store._db.execute("SELECT shown_child_id, depth FROM message WHERE conversation_id = ? ORDER BY id",
                                 (conversation_id,)).fetchall()
    conversation = store.conversation(conversation_id)
    return {
        "conversation": replace(conversation, id=0, head_id=place[conversation.head_id]),
        "messages": [replace(message, id=place[message.id], conversation_id=0, parent_id=place[message.parent_id])
                     for message in map(store.message, ids)],
        "pointers": [(place[shown_id], depth) for shown_id, depth in pointers]}


def test_a_conversation_comes_back_in_the_same_and_in_another_store(
        store: SqliteChatStore, file: Path, tmp_path: Path) -> None:
    original = rich_conversation(store)
    assert store.export([original], "json", file) == 1
    (copy_id,) = store.import_json(file)
    assert everything(store, copy_id) == everything(store, original)
    other, _ = open_store(tmp_path / "other" / "chats.db")
    other.create_conversation("shifts the ids")
    (other_id,) = other.import_json(file)
    assert everything(other, other_id) == everything(store, original)
    assert len(other.search("lovely")) == 1
    assert other._db.execute("SELECT count(*) FROM state").fetchone() == (0,)
    other.close()


def test_all_conversations_come_back_in_order(store: SqliteChatStore, file: Path) -> None:
    for title in ("one", "two", "three"):
        say(store, store.create_conversation(title).id, title, "ok")
    store.create_conversation("empty")
    store.export(None, "json", file)
    ids = store.import_json(file)
    assert [store.conversation(number).title for number in ids] == ["empty", "three", "two", "one"]
    assert shown(store, ids[0]) == []


def test_an_unfinished_reply_comes_back_as_interrupted(store: SqliteChatStore, file: Path) -> None:
    made = store.create_conversation()
    _, reply = store.begin_exchange(made.id, None, "Hello", MODEL)
    store.update_text(reply.id, "Go")
    store.export(None, "json", file)
    (copy_id,) = store.import_json(file)
    assert [(m.text, m.status) for m in store.path(copy_id)][1] == ("Go", MessageStatus.INTERRUPTED)


def test_an_imported_conversation_can_be_gone_on_with(store: SqliteChatStore, file: Path) -> None:
    original = rich_conversation(store)
    store.export([original], "json", file)
    (copy_id,) = store.import_json(file)
    exchange(store, copy_id, "more", "of it")
    assert shown(store, copy_id)[-3:] == ["You are welcome", "more", "of it"]
    store.select_version(store.versions(store.path(copy_id)[1].id)[0].id)
    store.select_version(store.versions(store.path(copy_id)[1].id)[1].id)
    assert shown(store, copy_id)[-1] == "of it"


def minimal() -> dict[str, Any]:
    return {"schema": "wren-chatbot-conversations", "version": 1, "conversations": [
        {"title": "t", "created_at": 1.0, "head": 2, "messages": [
            {"id": 1, "role": "user", "text": "a", "created_at": 1.0},
            {"id": 2, "parent": 1, "role": "bot", "text": "b", "created_at": 2}]}]}


def test_a_minimal_file_is_enough(store: SqliteChatStore, file: Path) -> None:
    file.write_text("\ufeff" + json.dumps(minimal(), indent=3), encoding="utf-8")
    (number,) = store.import_json(file)
    assert shown(store, number) == ["a", "b"]
    assert store.conversation(number).updated_at == 1.0


def test_parents_may_stand_behind_their_children_and_the_head_above_a_leaf(store: SqliteChatStore, file: Path) -> None:
    root = minimal()
    root["conversations"][0]["messages"].reverse()
    root["conversations"][0]["head"] = 1
    file.write_text(json.dumps(root), encoding="utf-8")
    (number,) = store.import_json(file)
    assert shown(store, number) == ["a", "b"]


def change(root: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """``root`` with the value at "conversations.0.head" and the like replaced, or removed if it is ``...``."""
    changed = copy.deepcopy(root)
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place: Any = changed
    for step in steps:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return changed


M0, M1, C = "conversations.0.messages.0", "conversations.0.messages.1", "conversations.0"


@pytest.mark.parametrize(("path", "value", "code", "words"), [
    ("schema", "another", "import_not_ours", "not an export of this program"),
    ("schema", ..., "import_not_ours", "not an export of this program"),
    ("version", 2, "import_too_new", "newer version"),
    ("version", "1", "import_damaged", "version is missing"),
    ("version", True, "import_damaged", "version is missing"),
    ("version", ..., "import_damaged", "version is missing"),
    ("conversations", {}, "import_damaged", "list of conversations"),
    (C, [], "import_damaged", "conversation 1 is not a JSON object"),
    (f"{C}.created_at", ..., "import_damaged", 'conversation 1 has no "created_at"'),
    (f"{C}.created_at", "now", "import_damaged", 'unusable "created_at"'),
    (f"{C}.created_at", 1e300, "import_damaged", 'unusable "created_at"'),
    (f"{C}.created_at", 10**400, "import_damaged", 'unusable "created_at"'),
    (f"{C}.created_at", -1, "import_damaged", 'unusable "created_at"'),
    (f"{C}.title", 7, "import_damaged", 'unusable "title"'),
    (f"{C}.is_pinned", 1, "import_damaged", 'unusable "is_pinned"'),
    (f"{C}.sampling", "{}", "import_damaged", 'unusable "sampling"'),
    (f"{C}.sampling", {"top_k": [1]}, "import_damaged", 'unusable "sampling"'),
    (f"{C}.messages", {}, "import_damaged", 'unusable "messages"'),
    (f"{C}.head", 3, "import_damaged", 'the "head" of conversation 1'),
    (f"{C}.head", None, "import_damaged", 'the "head" of conversation 1'),
    (f"{C}.head", True, "import_damaged", 'unusable "head"'),
    (M0, 5, "import_damaged", "message 1 is not a JSON object"),
    (f"{M0}.id", 2, "import_damaged", "same id"),
    (f"{M0}.id", ..., "import_damaged", 'no "id"'),
    (f"{M0}.role", "system", "import_damaged", 'unusable "role"'),
    (f"{M0}.role", ["user"], "import_damaged", 'unusable "role"'),
    (f"{M0}.text", None, "import_damaged", 'unusable "text"'),
    (f"{M0}.parent", 2, "import_damaged", "in a circle"),
    (f"{M0}.parent", 1, "import_damaged", "in a circle"),
    (f"{M1}.parent", 9, "import_damaged", 'the "parent" of message 2'),
    (f"{M1}.status", "thinking", "import_damaged", 'unusable "status"'),
    (f"{M1}.rating", 2, "import_damaged", 'unusable "rating"'),
    (f"{M1}.rating", True, "import_damaged", 'unusable "rating"'),
    (f"{M1}.statistics", {"tokens": 1}, "import_damaged", 'unusable "statistics"'),
    (f"{M1}.statistics", {"tokens": None, "seconds": 1, "first_token_seconds": 1, "tokens_per_second": 1,
                          "candidates": 1, "seed": 1, "temperature": 1}, "import_damaged", 'unusable "statistics"'),
    (f"{M1}.shown_child", 1, "import_damaged", "does not hang below it"),
    (f"{M1}.created_at", ..., "import_damaged", 'message 2 has no "created_at"'),
])
def test_wrong_files(store: SqliteChatStore, file: Path, path: str, value: Any, code: str, words: str) -> None:
    file.write_text(json.dumps(change(minimal(), path, value)), encoding="utf-8")
    with pytest.raises(StorageError) as caught:
        store.import_json(file)
    assert caught.value.code == code
    assert words in str(caught.value) and "\n" not in str(caught.value)
    assert store.conversations() == []


@pytest.mark.parametrize("content", [
    b"", b"{", b"hello", b"\x00\x01\x02", b"\xff\xfe\xfa", b"[" * 200_000, b'{"a": ' * 200_000, b"NaN",
    b'{"schema": Infinity}', b"1" * 10_000, "{}".encode("utf-16"), b"PK\x03\x04zip",
    json.dumps(minimal()).encode()[:-9],
])
def test_files_that_are_no_json(store: SqliteChatStore, file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(StorageError, match="not a complete JSON file") as caught:
        store.import_json(file)
    assert caught.value.code == "import_not_json"


@pytest.mark.parametrize("content", ["[]", "{}", "null", "7", '"text"', '[{"title": "ChatGPT", "mapping": {}}]'])
def test_other_json_files(store: SqliteChatStore, file: Path, content: str) -> None:
    file.write_text(content)
    with pytest.raises(StorageError, match="not an export of this program") as caught:
        store.import_json(file)
    assert caught.value.code == "import_not_ours"


def test_missing_files_and_folders(store: SqliteChatStore, tmp_path: Path) -> None:
    for place in (tmp_path / "missing.json", tmp_path):
        with pytest.raises(StorageError, match="cannot be read") as caught:
            store.import_json(place)
        assert caught.value.code == "cannot_read_file"


def test_a_huge_file_is_refused_without_reading_it(store: SqliteChatStore, file: Path) -> None:
    file.touch()
    os.truncate(file, MAX_FILE_BYTES + 1)  # a hole: takes no room on the disk
    with pytest.raises(StorageError, match="larger than 512 MB") as caught:
        store.import_json(file)
    assert caught.value.code == "import_too_large"


def test_one_wrong_conversation_keeps_all_out(store: SqliteChatStore, file: Path) -> None:
    root = minimal()
    root["conversations"].append(change(minimal(), f"{M0}.role", "x")["conversations"][0])
    file.write_text(json.dumps(root), encoding="utf-8")
    with pytest.raises(StorageError, match="conversation 2, message 1"):
        store.import_json(file)
    assert store.conversations() == []


def test_a_chain_of_ten_thousand_comes_back(store: SqliteChatStore, file: Path) -> None:
    root = minimal()
    root["conversations"][0]["messages"] = [
        {"id": n, "parent": n - 1 or None, "role": "user", "text": str(n), "created_at": n} for n in range(1, 10_001)]
    root["conversations"][0]["head"] = 10_000
    file.write_text(json.dumps(root), encoding="utf-8")
    (number,) = store.import_json(file)
    assert [m.text for m in store.path(number, limit=2)] == ["9999", "10000"]
    assert store.conversation(number).message_count == 10_000


json_values = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
                           lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner,
                                                                                       max_size=3), max_leaves=8)
places = st.sampled_from(["schema", "version", "conversations", C, f"{C}.created_at", f"{C}.head", f"{C}.messages", M0,
                          f"{M0}.id", f"{M0}.role", f"{M0}.text", f"{M0}.created_at", f"{M1}.parent"])
extras = st.sampled_from(["title", "draft", "sampling", "updated_at", "model_id", "is_title_automatic"])
message_extras = st.sampled_from(["status", "statistics", "is_edited", "forgets_before", "rating", "shown_child",
                                  "model_id", "parent"])


@settings(max_examples=150, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=places | extras.map(f"{C}.{{}}".format) | message_extras.map(f"{M0}.{{}}".format), value=json_values)
def test_any_value_anywhere_is_taken_or_refused_clearly(store: SqliteChatStore, file: Path, place: str,
                                                        value: Any) -> None:
    file.write_text(json.dumps(change(minimal(), place, value)), encoding="utf-8")
    before = len(store.conversations())
    try:
        ids = store.import_json(file)
    except StorageError as error:
        assert error.code.startswith("import_")
        assert len(store.conversations()) == before
    else:
        assert all(store.path(number) is not None for number in ids)
        assert len(store.conversations()) == before + len(ids)
