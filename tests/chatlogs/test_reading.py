"""The whole import: several files, overlaps, orders, reports, stop and progress."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from chatbot.chatlogs.problems import NeedsAnswer, ReadingStopped
from chatbot.chatlogs.reading import read_log
from chatbot.chatlogs.records import Columns, DateOrder, PrivateDataOptions, ReadOptions, ReadProgress
from chatbot.chatlogs.sessions import Part
from chatbot.core.errors import ImportProblem
from tests.chatlogs.reading_steps import DATA, NOW, pairs, read_paths


def whatsapp(first_day: int, last_day: int, people: tuple[str, ...] = ("Ann", "Bob")) -> str:
    return "".join(f"{day:02}/12/2023, 20:{minute:02} - {people[minute % len(people)]}: message {day} {minute}\n"
                   for day in range(first_day, last_day + 1) for minute in range(10))


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_overlapping_exports_are_one_chat(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a.txt", whatsapp(10, 20)), write(tmp_path / "b.txt", whatsapp(15, 25))
    for paths in ((first, second), (second, first)):
        with read_paths(*paths) as log:
            assert log.report.conversations == 1
            assert log.report.used == 160 and log.report.read == 220
            assert log.report.skipped == {"duplicate": 60}
            texts = [message.text for message in log.messages()]
            assert texts == [f"message {day} {minute}" for day in range(10, 26) for minute in range(10)]


def test_group_whose_members_changed_is_known_by_common_messages(tmp_path: Path) -> None:
    base = whatsapp(10, 14, ("Ann", "Bob", "Cleo"))
    first = write(tmp_path / "a.txt", base)
    second = write(tmp_path / "b.txt", base + whatsapp(15, 16, ("Ann", "Bob", "Cleo", "Dan")))
    with read_paths(first, second) as log:
        assert log.report.conversations == 1 and log.report.used == 70


def test_other_chats_stay_apart(tmp_path: Path) -> None:
    first = write(tmp_path / "WhatsApp Chat with Bob.txt", whatsapp(13, 14, ("Ann", "Bob")))
    second = write(tmp_path / "WhatsApp Chat with Cleo.txt", whatsapp(13, 14, ("Ann", "Cleo")))
    with read_paths(first, second) as log:
        assert log.report.conversations == 2 and log.report.used == 40
        assert log.report.suggested_me.name == "Ann"
        assert {chat.title for chat in log.conversations} == {"Bob", "Cleo"}


def test_what_one_export_holds_twice_stays_twice(tmp_path: Path) -> None:
    text = "31/12/2023, 23:58 - Ann: ok\n31/12/2023, 23:58 - Ann: ok\n31/12/2023, 23:59 - Bob: ok\n"
    path = write(tmp_path / "a.txt", text)
    with read_paths(path) as log:
        assert log.report.used == 3
    with read_paths(path, write(tmp_path / "b.txt", text)) as log:
        assert log.report.used == 3 and log.report.skipped == {"duplicate": 3}


def test_same_file_of_a_format_with_ids_twice() -> None:
    with read_paths(DATA / "telegram_chat.json", DATA / "telegram_chat.json") as log:
        assert log.report.used == 5 and log.report.skipped["duplicate"] == 5
        assert log.report.conversations == 1


def test_end_of_summer_time_keeps_lines_in_order(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "28/10/2023, 02:58 - Ann: zero\n29/10/2023, 02:58 - Ann: one\n"
                 "29/10/2023, 02:00 - Bob: two\n29/10/2023, 02:59 - Ann: three\n29/10/2023, 03:10 - Bob: four\n")
    with read_paths(path) as log:
        assert [message.text for message in log.messages()] == ["zero", "one", "two", "three", "four"]
        assert len(list(log.sessions())) == 2


def test_newest_first_is_turned(tmp_path: Path) -> None:
    rows = [f"2024-01-01 10:{minute:02},Ann,text {minute} {part}" for minute in range(10) for part in (2, 1)]
    path = write(tmp_path / "t.csv", "time,sender,text\n" + "\n".join(reversed(rows)))
    with read_paths(path) as log:
        assert [message.text for message in log.messages()] == [
            f"text {minute} {part}" for minute in range(10) for part in (2, 1)]


def test_open_question_blocks_use_and_an_answer_frees_it(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "03/08/2021, 12:30 - Ann: hi\n04/08/2021, 12:30 - Bob: ho\n")
    with read_paths(path) as log:
        values = json.loads(json.dumps(log.report.to_dict()))
        assert values["question"]["kind"] == "date_order" and values["question"]["sample"] == "03/08/2021, 12:30"
        assert values["date_range"] == [None, None] and values["files"][0]["date_order"] is None
        assert log.report.used == 2
        with pytest.raises(NeedsAnswer, match="03/08/2021"):
            log.sessions()
    with read_paths(path, date_order=DateOrder.DAY_MONTH_YEAR) as log:
        assert log.report.question is None
        assert log.report.to_dict()["date_range"] == ["2021-08-03T12:30:00", "2021-08-04T12:30:00"]
        assert len(list(log.sessions())) == 2


def test_columns_are_asked_and_chosen(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", "alpha,beta,gamma\n" + "".join(f"x{n},Ann,words {n}\nx{n},Bob,more {n}\n"
                                                                    for n in range(5)))
    with read_paths(path) as log:
        assert log.report.question.columns == ("alpha", "beta", "gamma")
        assert log.report.question.sample_rows[0] == ("x0", "Ann", "words 0")
    for columns in (Columns("beta", "gamma"), Columns("2", "3"), Columns("BETA", "3")):
        with read_paths(path, columns=columns) as log:
            assert pairs(log.messages())[:2] == [("Ann", "words 0"), ("Bob", "more 0")]
    with read_paths(path, columns=Columns("no such", "gamma")) as log:
        assert log.report.question is not None


def test_one_bad_file_beside_a_good_one(tmp_path: Path) -> None:
    bad = write(tmp_path / "picture.jpg", b"\xff\xd8\xff\xe0" + bytes(100))
    with read_paths(bad, DATA / "discord.json", tmp_path / "missing") as log:
        assert log.report.used == 2
        problems = [file.problem for file in log.report.files]
        assert problems[1] is None and "picture" in problems[0] and "No such file" in problems[2]


@pytest.mark.parametrize(("content", "words"), [
    (b"", "is empty"), (b"  \n\n\0\0", "is empty"), (b"\xef\xbb\xbf", "is empty"), (b"%PDF-1.7 ...", "PDF"),
    (b"SQLite format 3\0" + bytes(100), "database"), (bytes(range(256)) * 20, "not text"),
    (b"<!DOCTYPE html><html><body>chat</body></html>", "choose JSON"),
    (b"Dear reader,\n\nthis is a letter, and nothing else.\nIt goes on: for a while.\nBye.\n", "none of the formats"),
    (b"key: value\nother: thing\nmore: words\nlast: one\nextra: line\n", "none of the formats"),
    (b'{"some": "json", "of": [1, 2, 3]}', "none of the formats"),
    (b"PK\x03\x04 this is no zip", "damaged zip"), (b"\x1f\x8b\x08 no gzip", "damaged tar"),
    (b"def f(x):\n    return {x: 1}\n\n\nclass A:\n    y: int = 3\n", "none of the formats"),
])
def test_wrong_file_gets_one_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(ImportProblem, match=words) as caught:
        read_paths(write(tmp_path / "chat.txt", content))
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)
    assert caught.value.details["report"].files[0].problem == str(caught.value)


def test_one_speaker_only_is_said(tmp_path: Path) -> None:
    with read_paths(write(tmp_path / "a.txt", whatsapp(10, 20, ("Ann",)))) as log:
        assert any("Only one person" in note for note in log.report.notes)
        assert log.report.used == 110


@pytest.mark.parametrize(("text", "encoding"), [
    ("31/12/2023, 23:59 - Zoë: café\n", "latin-1"), ("31/12/2023, 23:59 - Zoë: café\n", "utf-16"),
    ("31/12/2023, 23:59 - Zoë: café\n", "utf-16-be"), ("31/12/2023, 23:59 - Zoë: café\n", "utf-8-sig"),
    ("31/12/2023, 23:59 - Zoë: café\n", "utf-32"), ("2023/12/31, 23:59 - 太郎: こんにちは、元気ですか\n", "shift_jis"),
])
def test_encodings(tmp_path: Path, text: str, encoding: str) -> None:
    path = write(tmp_path / "a.txt", (text * 3).encode(encoding))
    with read_paths(path) as log:
        message = next(log.messages())
        assert (message.speaker, message.text) == (text.split(" - ")[1].split(": ")[0], text.strip().split(": ")[1])


def test_one_bad_byte_costs_one_character(tmp_path: Path) -> None:
    text = whatsapp(10, 20).encode() + "31/12/2023, 23:59 - Zoë: ".encode() + b"caf\xe9 \x81\n"
    with read_paths(write(tmp_path / "a.txt", text)) as log:
        assert list(log.messages())[-1].text.startswith("café")


def test_nul_bytes_and_invisible_marks_leave_no_trace(tmp_path: Path) -> None:
    text = "31/12/2023, 23:59 - A\0nn: h\0i \u202ethere\u202c\n31/12/2023, 23:59 - \u200fBob\u200e: \u200fשלום\u200f\n"
    with read_paths(write(tmp_path / "a.txt", text * 20)) as log:
        assert pairs(log.messages())[:2] == [("Ann", "hi there"), ("Bob", "שלום")]


def test_truncated_json_keeps_what_came_before(tmp_path: Path) -> None:
    data = (DATA / "telegram_chat.json").read_bytes()
    with read_paths(write(tmp_path / "r.json", data[:len(data) // 2])) as log:
        assert 1 <= log.report.used < 5
        assert "ends in the middle" in log.report.files[0].problem


def test_private_data_is_counted_and_reviewed(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "31/12/2023, 23:58 - Ann: call +49 170 1234567\n"
                 "31/12/2023, 23:59 - Bob: Ann, a@b.example and c@d.example\n")
    options = PrivateDataOptions(names=("Ann",))
    with read_paths(path, private_data=options) as log:
        assert log.report.private_data == {"email": 2, "phone": 1, "name": 1}
        assert [item.found for item in log.review_list(options)] == ["+49 170 1234567", "Ann", "a@b.example",
                                                                     "c@d.example"]
        assert len(log.review_list(limit=1)) == 1


def test_speakers_can_be_found_by_name_or_id() -> None:
    with read_paths(DATA / "telegram_chat.json") as log:
        assert log.speaker_ids("Ann") == ["user123"] == log.speaker_ids("user123") == log.speaker_ids("ANN")
        assert log.speaker_ids("Nobody") == []


def test_sessions_and_split_of_a_log(tmp_path: Path) -> None:
    with read_paths(write(tmp_path / "a.txt", whatsapp(1, 31))) as log:
        every = list(log.sessions())
        assert len(every) == 31
        parts = [part for part, _ in log.split().label(every)]
        assert parts == sorted(parts, key=list(Part).index)
        assert parts.count(Part.TRAIN) == 25 and parts.count(Part.TEST) == 3


def test_reading_can_be_stopped(tmp_path: Path) -> None:
    stop = threading.Event()
    path = write(tmp_path / "a.txt", whatsapp(1, 31) * 40)
    seen: list[ReadProgress] = []

    def on_progress(progress: ReadProgress) -> None:
        seen.append(progress)
        stop.set()

    with pytest.raises(ReadingStopped):
        read_log([path], ReadOptions(now=NOW, stop=stop, on_progress=on_progress))
    assert seen[0].file_name == "a.txt" and seen[0].total_bytes == path.stat().st_size


def test_log_with_nothing_but_media_is_a_report_not_an_error(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "31/12/2023, 23:58 - Ann: <Media omitted>\n31/12/2023, 23:59 - Bob left\n")
    with read_paths(path) as log:
        assert log.report.used == 0 and log.report.skipped == {"media": 1, "system": 1}
        assert any("No message" in note for note in log.report.notes)
        assert list(log.sessions()) == []


def test_iterating_twice_side_by_side() -> None:
    with read_paths(DATA / "telegram_all.json") as log:
        first, second = log.messages(), log.messages()
        assert [next(first), next(second), next(first)][0] == list(log.messages())[0]


def test_source_files_are_closed(tmp_path: Path) -> None:
    """Deleting an export right after reading works on every system, and no warning about open files is raised."""
    path = write(tmp_path / "a.txt", whatsapp(13, 14))
    with read_paths(path) as log:
        path.unlink()
        assert len(list(log.messages())) == 20
