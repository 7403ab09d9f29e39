"""Mojibake, encodings, clean text, clocks and tables: the small pure steps."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.chatlogs.clean_text import clean_text
from chatbot.chatlogs.clock import iso_seconds, seconds_of_day, unix_seconds
from chatbot.chatlogs.encoding import detect_encoding, is_binary
from chatbot.chatlogs.mojibake import repair_mojibake
from chatbot.chatlogs.quotes import without_quoted_lines
from chatbot.chatlogs.tables import find_separator, records


@given(st.text(max_size=40))
def test_mojibake_is_repaired_exactly(text: str) -> None:
    try:
        broken = text.encode().decode("latin-1")
    except UnicodeEncodeError:
        return
    assert repair_mojibake(broken) == text


@pytest.mark.parametrize("text", ["naïve", "café", "Größe", "— dash", "日本", "ñ", "Ã", "plain", "Ã© or é",
                                  "", "\xa0", "40°"])
def test_good_text_is_left_alone(text: str) -> None:
    assert repair_mojibake(text) == text


@given(st.text(alphabet=st.characters(min_codepoint=1, exclude_categories=["Cs"]), max_size=80))
def test_utf8_is_always_recognised(text: str) -> None:
    if text.isascii() or len(text.encode()) < 4:
        return
    head = text.encode()
    if head[:2] not in (b"\xff\xfe", b"\xfe\xff") and not is_binary(head) and b"\0" not in head:
        assert detect_encoding(head).startswith("utf-8") or detect_encoding(head).startswith("utf-16")


@pytest.mark.parametrize(("text", "codec", "expected"), [
    ("Grüße aus Köln, schönes Wetter", "cp1252", "cp1252"), ("こんにちは、元気ですか。はい", "shift_jis", "shift_jis"),
    ("你好吗？今天天气很好", "gb18030", "gb18030"), ("Grüße", "utf-16", "utf-16"),
    ("Hello there you", "utf-16-le", "utf-16-le"),
    ("Grüße", "utf-8", "utf-8"), ("Grüße", "utf-8-sig", "utf-8-sig"),
])
def test_encoding(text: str, codec: str, expected: str) -> None:
    assert detect_encoding(text.encode(codec)) == expected


@settings(max_examples=300)
@given(st.text(max_size=60))
def test_clean_text_is_clean_and_stays_so(text: str) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    assert not any(char < " " and char != "\n" for char in cleaned)
    cleaned.encode()


def test_clean_text_keeps_what_people_see() -> None:
    assert clean_text(" a\r\nb\0 \u202ec\u202c\n\n\n\nd 👩‍👩‍👧 می‌خواهم ") == "a\nb c\n\nd 👩‍👩‍👧 می‌خواهم"
    assert clean_text("half \ud83d a pair") == "half ? a pair"


@pytest.mark.parametrize(("text", "seconds"), [
    ("00:00", 0), ("12:00 AM", 0), ("12:00 PM", 43200), ("11:59:59 pm", 86399), ("下午3:04", 54240),
    ("오전 9:05", 32700),
    ("5:46 p. m.", 63960), ("23.59", 86340), ("9:30AM", 34200), ("13:05 PM", 47100),
    ("24:00", None), ("12:60", None), ("12", None), ("12:30 xx", None), ("", None),
])
def test_seconds_of_day(text: str, seconds: int | None) -> None:
    assert seconds_of_day(text) == seconds


@pytest.mark.parametrize(("value", "seconds"), [
    (1700000000, 1.7e9), ("1700000000", 1.7e9), (1700000000123, 1700000000.123), ("1409000000000000", 1409000000.0),
    (True, None), (None, None), (-5, None), (float("nan"), None), (10**400, None), ("", None), ("12x", None),
    ([], None),
])
def test_unix_seconds(value: object, seconds: float | None) -> None:
    assert unix_seconds(value) == (pytest.approx(seconds) if seconds else None)


@pytest.mark.parametrize(("value", "seconds"), [
    ("2024-05-01T12:00:00Z", 1714564800), ("2024-05-01T14:00:00.1234567+02:00", 1714564800.123456),
    ("2024-05-01 12:00:00", 1714564800), ("0001-01-01T00:00:00+14:00", None), ("2024-13-01", None),
    (5, None), ("x" * 99, None),
])
def test_iso_seconds(value: object, seconds: float | None) -> None:
    assert iso_seconds(value) == (pytest.approx(seconds) if seconds else None)


def test_quoted_lines() -> None:
    assert without_quoted_lines("> a\nb\n>c") == ("b\n>c", True)
    assert without_quoted_lines("x\n>>> all\nof this") == ("x", True)
    assert without_quoted_lines(">:( no") == (">:( no", False)


@settings(max_examples=200)
@given(st.lists(st.lists(st.text(alphabet='ab ,;"\n\t', max_size=6), min_size=2, max_size=4), min_size=1, max_size=6),
       st.sampled_from([",", ";", "\t"]))
def test_rows_that_a_writer_wrote_come_back(rows: list[list[str]], separator: str) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    assert list(records(buffer.getvalue().removesuffix("\n").split("\n"), separator)) == rows


def test_a_quotation_mark_never_closed_costs_one_line() -> None:
    lines = ['Ann,"never closed', *[f"Bob,{number}" for number in range(1000)]]
    rows = list(records(lines, ","))
    assert len(rows) == 1001 and rows[1] == ["Bob", "0"] and rows[-1] == ["Bob", "999"]


def test_separator() -> None:
    assert find_separator(["a;b,c", "d;e", "f;g,h,i"]) == ";"
    assert find_separator(["one", "two, three", "four"]) is None
