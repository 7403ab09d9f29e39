"""``export`` and ``import-chats``: out and back in without loss."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from chatbot import paths
from chatbot.storage.opening import open_store
from tests.fakes.scripted_engine import ScriptedEngine


@pytest.fixture
def two_chats(engine: ScriptedEngine, run_command: Callable) -> None:
    run_command("chat", "--store", "--message", "About cats")
    run_command("chat", "--store", "--message", "About dogs")


@pytest.mark.parametrize(("name", "option"), [("a.md", []), ("a.txt", []), ("a.json", []),
                                              ("plain", ["--format", "text"])])
def test_export_writes_what_the_ending_says(two_chats: None, run_command: Callable, tmp_path: Path, name: str,
                                            option: list[str]) -> None:
    done = run_command("export", str(tmp_path / name), *option)
    assert done.exit_code == 0 and "Wrote 2 conversations" in done.err
    text = (tmp_path / name).read_text(encoding="utf-8")
    assert "About cats" in text and "About dogs" in text
    assert (name.endswith(".json")) == text.startswith("{")


def test_one_conversation_to_standard_output(two_chats: None, run_command: Callable) -> None:
    out = run_command("export", "-", "--conversation", "1").out
    assert "About cats" in out and "About dogs" not in out


def test_list_shows_ids_and_titles(two_chats: None, run_command: Callable) -> None:
    lines = run_command("export", "--list").out.splitlines()
    assert {line.split()[0] for line in lines} == {"1", "2"} and any("About cats" in line for line in lines)


def test_export_works_while_the_window_is_open(two_chats: None, run_command: Callable, tmp_path: Path) -> None:
    with closing(open_store(paths.database_file()).store):
        assert run_command("export", str(tmp_path / "a.json")).exit_code == 0


@pytest.mark.parametrize(("arguments", "exit_code", "word"), [
    (["{folder}/a.pdf"], 2, "--format"), ([], 2, "Name the file"), (["{folder}/there.md"], 1, "--force"),
    (["{folder}/none/a.md"], 1, "cannot be written"), (["{folder}/a.md", "--conversation", "77"], 1, "chatbot: "),
])
def test_what_cannot_be_exported_is_told(two_chats: None, run_command: Callable, tmp_path: Path,
                                         arguments: list[str], exit_code: int, word: str) -> None:
    (tmp_path / "there.md").write_text("mine")
    done = run_command("export", *(argument.format(folder=tmp_path) for argument in arguments))
    assert done.exit_code == exit_code and word in done.err
    assert (tmp_path / "there.md").read_text() == "mine"


def test_force_replaces(two_chats: None, run_command: Callable, tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("mine")
    assert run_command("export", str(tmp_path / "there.md"), "--force").exit_code == 0
    assert "About cats" in (tmp_path / "there.md").read_text()


def test_without_chats_export_says_so_and_makes_no_database(run_command: Callable, tmp_path: Path) -> None:
    done = run_command("export", str(tmp_path / "a.md"))
    assert done.exit_code == 1 and "no chats yet" in done.err
    assert not paths.database_file().exists()


def test_json_comes_back_in(two_chats: None, run_command: Callable, tmp_path: Path) -> None:
    run_command("export", str(tmp_path / "a.json"))
    done = run_command("import-chats", str(tmp_path / "a.json"))
    assert done.exit_code == 0 and "Added 2 conversations" in done.err
    assert len(run_command("export", "--list").out.splitlines()) == 4


@pytest.mark.parametrize("content", [b"", b"{}", b"not json", json.dumps({"conversations": 3}).encode(), b"\xff\xfe"])
def test_a_foreign_file_is_refused_with_one_sentence(run_command: Callable, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "foreign.json").write_bytes(content)
    done = run_command("import-chats", str(tmp_path / "foreign.json"))
    assert done.exit_code == 1 and len(done.err.splitlines()) == 1 and "Traceback" not in done.err
