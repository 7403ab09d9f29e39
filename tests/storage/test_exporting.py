"""Exports: whole or not at all, private, and readable ones that show text as it was typed."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.core.errors import StorageError
from chatbot.core.messages import MessageStatus, Role
from chatbot.storage import export_readable
from chatbot.storage.export_readable import escaped_markdown
from chatbot.storage.exporting import WRITERS
from chatbot.storage.store import SqliteChatStore
from tests.storage.trees import MODEL, exchange, say


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "export.out"


def test_one_or_all_are_written(store: SqliteChatStore, target: Path) -> None:
    ids = [store.create_conversation(f"number {n}").id for n in range(3)]
    for number in ids:
        say(store, number, "Hello", "Hi")
    gone = store.create_conversation("deleted")
    store.delete(gone.id)
    for format in WRITERS:
        assert store.export(None, format, target) == 3
        text = target.read_text(encoding="utf-8")
        assert all(f"number {n}" in text for n in range(3)) and "deleted" not in text
        assert store.export([ids[1], ids[1]], format, target) == 1
        text = target.read_text(encoding="utf-8")
        assert "number 1" in text and "number 0" not in text
        assert store.export([], format, target) == 0
    assert store.export([gone.id], "text", target) == 1


def test_json_holds_every_version_and_mark(store: SqliteChatStore, target: Path) -> None:
    made = store.create_conversation()
    own, reply = exchange(store, made.id, "Hello 我", "Hi")
    store.edit_bot_message(reply.id, "Hey")
    store.set_rating(reply.id, -1)
    store.export(None, "json", target)
    root = json.loads(target.read_text(encoding="utf-8"))
    assert (root["schema"], root["version"]) == ("wren-chatbot-conversations", 1)
    (conversation,) = root["conversations"]
    assert [(m["role"], m["text"], m["is_edited"], m["rating"]) for m in conversation["messages"]] == [
        ("user", "Hello 我", False, 0), ("bot", "Hi", False, -1), ("bot", "Hey", True, 0)]
    assert conversation["messages"][1]["statistics"]["tokens_per_second"] == 48.0
    assert conversation["head"] == conversation["messages"][2]["id"]


def test_settings_that_no_file_can_hold_do_not_stop_an_export(store: SqliteChatStore, target: Path) -> None:
    made = store.create_conversation("x")
    store.set_sampling(made.id, '{"\\ud800": 1}')
    assert store.export(None, "json", target) == 1
    assert json.loads(target.read_text(encoding="utf-8"))["conversations"][0]["sampling"] == {"\ufffd": 1}


def test_text_shows_the_path_with_indented_lines(store: SqliteChatStore, target: Path) -> None:
    made = store.create_conversation("Birds")
    asked, _ = say(store, made.id, "one\r\n\ntwo", "hidden")
    reply = store.add_message(made.id, asked.id, Role.BOT, "", status=MessageStatus.WRITING)
    store.end_reply(reply.id, "shown", MessageStatus.STOPPED, None, [], MODEL)
    store.export([made.id], "text", target)
    lines = target.read_text(encoding="utf-8").split("\n")
    assert lines[:3] == ["Birds", "=====", ""]
    assert lines[3].startswith("You, 20") and lines[4:8] == ["    one", "", "    two", ""]
    assert lines[8].startswith("Bot, 20") and lines[8].endswith(" (stopped)")
    assert lines[9:] == ["    shown", ""]


def test_long_conversations_are_exported_in_order(store: SqliteChatStore, target: Path,
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_readable, "_PAGE", 4)
    made = store.create_conversation("long")
    say(store, made.id, *[f"<{n}>" for n in range(23)])
    store.create_conversation("empty")
    store.export([made.id], "text", target)
    found = [line.strip() for line in target.read_text(encoding="utf-8").splitlines() if "<" in line]
    assert found == [f"<{n}>" for n in range(23)]


@pytest.mark.parametrize(("typed", "escaped"), [
    ("plain words, 1.5 and (this).", "plain words, 1.5 and (this)."),
    ("# no heading", "\\# no heading"),
    ("- no list\n+ nor this\n12. nor that\n3) or that",
     "\\- no list  \n\\+ nor this  \n12\\. nor that  \n3\\) or that"),
    ("<img src='http://x/y.png'>", "\\<img src='http://x/y.png'\\>"),
    ("![](http://x) [a](b)", "!\\[\\](http://x) \\[a\\](b)"),
    ("*a* _b_ `c` ~d~ |e| &amp; $x$", "\\*a\\* \\_b\\_ \\`c\\` \\~d\\~ \\|e\\| \\&amp; \\$x\\$"),
    ("    code", "&nbsp;&nbsp;&nbsp;&nbsp;code"),
    ("---\n===", "\\---  \n\\==="),
    ("back\\slash", "back\\\\slash"),
])
def test_markdown_shows_what_was_typed(typed: str, escaped: str) -> None:
    assert escaped_markdown(typed) == escaped


@given(st.text())
def test_no_markdown_survives(text: str) -> None:
    escaped = escaped_markdown(text)
    bare = escaped.replace("\\\\", "")
    for mark in "`*_[]<>":
        assert bare.count(mark) == bare.count("\\" + mark)


def test_a_horizontal_line_stands_where_the_memory_starts_anew(store: SqliteChatStore, target: Path) -> None:
    made = store.create_conversation("x")
    chain = say(store, made.id, "a", "b", "c")
    store.set_forgets_before(chain[2].id, True)
    store.export(None, "markdown", target)
    text = target.read_text(encoding="utf-8")
    assert text.count("\n---\n") == 1
    assert text.index("b\n") < text.index("---") < text.index("\nc\n")


@pytest.mark.skipif(os.name != "posix", reason="rights are a matter of POSIX")
def test_exports_are_for_the_owner_only(store: SqliteChatStore, target: Path) -> None:
    store.export(None, "json", target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_refusals(store: SqliteChatStore, tmp_path: Path, target: Path) -> None:
    cases = [(lambda: store.export(None, "pdf", target), "unknown_format"),
             (lambda: store.export([99], "json", target), "not_found"),
             (lambda: store.export(None, "json", tmp_path), "cannot_write_file"),
             (lambda: store.export(None, "json", tmp_path / "missing" / "x.json"), "cannot_write_file")]
    for call, code in cases:
        with pytest.raises(StorageError) as caught:
            call()
        assert caught.value.code == code
    assert {file.name for file in tmp_path.iterdir()} == {"data"}


def test_a_failed_export_keeps_the_old_file(store: SqliteChatStore, target: Path,
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    store.create_conversation("x")
    target.write_text("the old export")

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(WRITERS, "text", full_disk)
    with pytest.raises(StorageError, match="No space left"):
        store.export(None, "text", target)
    assert target.read_text() == "the old export"
    assert {file.name for file in target.parent.iterdir()} == {"data", target.name}
