"""``chatbot import`` in the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chatbot.cli import main
from tests.chatlogs.reading_steps import DATA


def test_json_report(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "--json", str(DATA / "whatsapp_android_de.txt"), str(DATA / "telegram_chat.json")]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["format"] == "several" and report["formats"] == ["whatsapp", "telegram"]
    assert report["read"] == report["used"] + sum(report["skipped"].values()) == 20
    assert {speaker["name"]: speaker["messages"] for speaker in report["speakers"]}["Mara"] == 2
    assert report["date_range"] == ["2023-12-28T21:59:00", "2024-05-01T12:08:00"]
    assert report["private_data"] == {"phone": 1, "link": 1}
    assert report["suggested_me"]["reason"]


def test_words_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(DATA / "whatsapp_android_de.txt"), "--review", "3"]) == 0
    shown = capsys.readouterr().out
    assert "read 10, used 5, skipped: system 2" in shown
    assert "Mara (probably you)" in shown and "phone" in shown and "0170 1234567" in shown


def test_unreadable_file_has_a_report_and_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "nothing.txt"
    path.touch()
    assert main(["import", "--json", str(path)]) == 1
    captured = capsys.readouterr()
    report = json.loads(captured.out)
    assert report["format"] is None and report["used"] == 0
    assert report["problem"]["code"] == "import_empty"
    assert report["files"][0]["problem"] == report["problem"]["sentence"]
    assert captured.err == "chatbot: nothing.txt is empty; export it again.\n"


def test_open_date_order_is_told_with_the_option_that_answers(tmp_path: Path,
                                                              capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "chat.txt"
    path.write_text("03.08.21, 12:30 - Ann: hi\n")
    assert main(["import", str(path)]) == 0
    assert "--date-order dmy or mdy" in capsys.readouterr().out
    assert main(["import", "--json", "--date-order", "mdy", str(path)]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["question"] is None and report["date_range"][0] == "2021-03-08T12:30:00"


def test_columns_by_option(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "t.csv"
    path.write_text("alpha,beta\n" + "Ann,hello\nBob,hi\n" * 3)
    assert main(["import", str(path)]) == 0
    assert "--speaker-column and --text-column" in capsys.readouterr().out
    assert main(["import", "--json", "--speaker-column", "alpha", "--text-column", "2", str(path)]) == 0
    assert json.loads(capsys.readouterr().out)["used"] == 6


def test_no_file_is_wrong_usage() -> None:
    assert main(["import"]) == 2
