"""WhatsApp's many shapes, and what makes its text hard: quotations, colons, marks, clocks."""

from __future__ import annotations

import pytest

from chatbot.chatlogs.records import DateOrder, ReadOptions
from chatbot.chatlogs.report import iso_time
from tests.chatlogs.reading_steps import NOW, pairs, read_text

SHAPES = [
    ("12/31/23, 11:59 PM - Ann: hi", "Ann", "2023-12-31T23:59:00"),
    ("31/12/2023, 23:59 - Ann: hi", "Ann", "2023-12-31T23:59:00"),
    ("31.08.21, 12:30 - Ann: hi", "Ann", "2021-08-31T12:30:00"),
    ("[27.03.26, 21:22:39] Chris: hi", "Chris", "2026-03-27T21:22:39"),
    ("[30/04/23, 5:33:19\u202fPM] Sam: hi", "Sam", "2023-04-30T17:33:19"),
    ("[30/04/23, 5:33:19\u2009AM] Sam: hi", "Sam", "2023-04-30T05:33:19"),
    ("[31/12/2022 11:40:26] John: hi", "John", "2022-12-31T11:40:26"),
    ("[2017-09-07, 7:58:30 AM] Tom: hi", "Tom", "2017-09-07T07:58:30"),
    ("2023-12-20, 5:46 p.m. - Farid: hi", "Farid", "2023-12-20T17:46:00"),
    ("2023/12/20, 5:46 pm - Farid: hi", "Farid", "2023-12-20T17:46:00"),
    ("28/3/2025, 9:29 p. m. - user1: hi", "user1", "2025-03-28T21:29:00"),
    ("28/3/2025, 9:29\u202fa.\u00a0m. - user1: hi", "user1", "2025-03-28T09:29:00"),
    ("[01-29-2018, 23:33:00] Alice: hi", "Alice", "2018-01-29T23:33:00"),
    ("29/12/2012 17:03:48: Name: hi", "Name", "2012-12-29T17:03:48"),
    ("2024/1/2 下午3:04 - 老王: hi", "老王", "2024-01-02T15:04:00"),
    ("[2024/1/2 下午3:04:05] 老王: hi", "老王", "2024-01-02T15:04:05"),
    ("2024/1/2 午前9:04 - 太郎: hi", "太郎", "2024-01-02T09:04:00"),
    ("2024. 1. 2. 오후 3:04 - Kim: hi", "Kim", "2024-01-02T15:04:00"),
    ("2024年1月2日 15:04 - 老王: hi", "老王", "2024-01-02T15:04:00"),
    ("31. 12. 2023, 23:59 - Ann: hi", "Ann", "2023-12-31T23:59:00"),
    ("31.12.2023, 23.59 - Ann: hi", "Ann", "2023-12-31T23:59:00"),
    ("٣١/١٢/٢٠٢٣، ١١:٥٩ م - أحمد: hi", "أحمد", "2023-12-31T23:59:00"),
    ("۲۰۲۳/۱۲/۳۱، ۱۱:۵۹ - Sara: hi", "Sara", "2023-12-31T11:59:00"),
    ("\u200f[31/12/2023, 12:00:01 AM] \u202aAnn\u202c: hi", "Ann", "2023-12-31T00:00:01"),
    ("12/31/23, 12:59 PM - Ann: hi", "Ann", "2023-12-31T12:59:00"),
    ("31/12/2566 23:59 - สมชาย: hi", "สมชาย", "2023-12-31T23:59:00"),
    ("31/12/2023, 23:59 – Ann: hi", "Ann", "2023-12-31T23:59:00"),
]


@pytest.mark.parametrize(("line", "name", "time"), SHAPES, ids=[shape[0] for shape in SHAPES])
def test_shape(line: str, name: str, time: str) -> None:
    messages, context, format_id = read_text(line)
    assert format_id == "whatsapp"
    assert pairs(messages) == [(name, "hi")]
    assert iso_time(messages[0].time) == time
    assert context.question is None and context.date_decision.is_proven


@pytest.mark.parametrize("text", [
    "<Media omitted>", "<Medien ausgeschlossen>", "<Multimedia omitido>", "<Médias omis>", "<省略多媒体文件>",
    "\u200eimage omitted", "\u200evideo omitted", "\u200eGIF omitted", "\u200eContact card omitted",
    "\u200eBild weggelassen",
    "<attached: 00000001-AUDIO-2022.opus>", "\u200e<attached: 00000001-PHOTO.jpg>", "<Anhang: 00000002-PHOTO.jpg>",
    "IMG-20230101-WA0000.jpg (file attached)", "\u200eVID-20230101-WA0001.mp4 (archivo adjunto)",
    "My notes v2.pdf (Datei angehängt)", "null", "POLL:\nWhere?\nOPTION: here (1 vote)",
    "location: https://maps.example/?q=1,2", "This message was deleted", "You deleted this message",
    "Se eliminó este mensaje.", "Missed voice call", "\u200eMissed video call", "Voice call, 12 min",
    "Waiting for this message. This may take a while.", "\u200eYou pinned a message",
    "Messages and calls are end-to-end encrypted. No one outside of this chat can read them.",
])
def test_placeholder_is_not_a_message(text: str) -> None:
    messages, context, _ = read_text(f"31/12/2023, 23:58 - Ann: hi\n31/12/2023, 23:59 - Ann: {text}\n")
    assert pairs(messages) == [("Ann", "hi")]
    assert context.skipped.total() == 1


@pytest.mark.parametrize("text", [
    "null and void", "the image omitted nothing", "<3", "a < b > c", "i deleted this message yesterday",
    "missed voice calls are sad", "(file attached) is what it says", "look: here", "vote: yes", "k", "?", "👍🏽",
    "my location: home",
])
def test_what_looks_like_a_placeholder_stays(text: str) -> None:
    messages, context, _ = read_text(f"31/12/2023, 23:59 - Ann: {text}\n")
    assert pairs(messages) == [("Ann", text)]
    assert not context.skipped


def test_view_once_without_words() -> None:
    messages, context, _ = read_text("31/12/2023, 23:58 - John Doe: hi\n31/12/2023, 23:59 - John Doe:.\n")
    assert pairs(messages) == [("John Doe", "hi")]
    assert context.skipped.total() == 1


def test_tag_of_an_unknown_language_is_known_by_its_repetition() -> None:
    lines = [f"31/12/2023, 20:{minute:02} - {name}: {text}" for minute, (name, text) in enumerate(
        [("Ann", "<Jaso gabe>"), ("Bob", "<Jaso gabe>"), ("Ann", "<Jaso gabe>"), ("Bob", "<3"),
         ("Ann", "<only once>")])]
    messages, context, _ = read_text("\n".join(lines))
    assert pairs(messages) == [("Bob", "<3"), ("Ann", "<only once>")]
    assert context.skipped == {"media": 3}


def test_caption_stays_without_its_attachment() -> None:
    messages, context, _ = read_text("31/12/2023, 23:59 - Ann: IMG-1.jpg (file attached)\nour house\n"
                                     "31/12/2023, 23:59 - Ann: see \u200e<attached: 00001-PHOTO.jpg>\n")
    assert [text.strip() for _, text in pairs(messages)] == ["our house", "see"]
    assert context.cleaned == {"attachment": 2}


@pytest.mark.parametrize("rest", [
    "Ann added Bob", "Ann changed the subject from “A: b” to “C: d”", "Ann left",
    "Your security code with Bob changed.",
    "Bob hat den Betreff zu „neu: alt“ geändert",
])
def test_line_of_the_system(rest: str) -> None:
    messages, context, _ = read_text(f"31/12/2023, 23:58 - Ann: hi\n31/12/2023, 23:59 - {rest}\n")
    assert pairs(messages) == [("Ann", "hi")]
    assert context.skipped == {"system": 1}


def test_names_with_colons() -> None:
    lines = [f"31/12/2023, 20:{minute:02} - Dr: Ann: text {minute}\n31/12/2023, 20:{minute:02} - Bob:x: note: {minute}"
             for minute in range(9)]
    messages, _, _ = read_text("\n".join(lines))
    assert {speaker for speaker, _ in pairs(messages)} == {"Dr: Ann", "Bob:x"}
    assert pairs(messages)[6:8] == [("Dr: Ann", "text 3"), ("Bob:x", "note: 3")]


def test_lines_without_header_belong_to_the_message_above() -> None:
    messages, _, _ = read_text("31/12/2023, 23:59 - Ann: one\n\ntwo: three\n12:30 - four\n31/12/2023, 23:59 - Bob: x")
    assert pairs(messages) == [("Ann", "one\n\ntwo: three\n12:30 - four"), ("Bob", "x")]


def test_pasted_header_of_another_shape_stays_text() -> None:
    messages, _, _ = read_text("31/12/2023, 23:58 - Ann: look\n[30.12.23, 10:00:00] Eve: pasted\n"
                               "31/12/2023, 23:59 - Bob: ok")
    assert pairs(messages) == [("Ann", "look\n[30.12.23, 10:00:00] Eve: pasted"), ("Bob", "ok")]


def test_pasted_header_of_the_same_shape_is_known_by_its_time() -> None:
    messages, context, _ = read_text("30/12/2023, 23:58 - Ann: look\n13/05/2021, 10:00 - Eve: old\n"
                                     "14/05/2021, 10:00 - Eve: o\n31/12/2023, 23:59 - Bob: ok")
    assert pairs(messages) == [("Ann", "look\n13/05/2021, 10:00 - Eve: old\n14/05/2021, 10:00 - Eve: o"),
                               ("Bob", "ok")]
    assert context.question is None


def test_clock_that_was_wrong_once_does_not_swallow_the_log() -> None:
    later = "\n".join(f"{day}/03/2021, 10:00 - Bob: day {day}" for day in range(1, 32))
    more = "\n".join(f"{day}/04/2021, 10:00 - Bob: day {day}" for day in range(1, 31))
    messages, _, _ = read_text(f"28/02/2021, 10:00 - Ann: a\n31/12/2026, 10:00 - Ann: b\n{later}\n{more}")
    assert len(messages) == 63


def test_end_of_summer_time_keeps_the_order() -> None:
    text = ("29/10/2023, 02:58 - Ann: one\n29/10/2023, 02:59 - Bob: two\n29/10/2023, 02:00 - Ann: three\n"
            "29/10/2023, 02:30 - Bob: four\n29/10/2023, 03:01 - Ann: five\n")
    messages, context, _ = read_text(text)
    assert [message.text for message in messages] == ["one", "two", "three", "four", "five"]
    assert context.question is None


@pytest.mark.parametrize("before", ["half a sentence of a lost message\n", "\n\n", "\ufeff\ufeff"])
def test_begins_in_the_middle(before: str) -> None:
    messages, context, _ = read_text(before + "31/12/2023, 23:59 - Ann: hi\n31/12/2023, 23:59 - Bob: ho\n")
    assert pairs(messages) == [("Ann", "hi"), ("Bob", "ho")]
    assert context.skipped.total() == before.startswith("half")
    assert len(context.bad_lines) == before.startswith("half")


def test_open_order_of_day_and_month_is_asked_with_a_sample() -> None:
    text = "03.08.21, 12:30 - Ann: hi\n04.08.21, 12:30 - Bob: ho\n"
    _, context, _ = read_text(text)
    question = context.question
    assert question.sample == "03.08.21, 12:30"
    assert {(reading.order.value, reading.date) for reading in question.readings} == {
        ("dmy", "2021-08-03"), ("mdy", "2021-03-08")}
    messages, context, _ = read_text(text, ReadOptions(now=NOW, date_order=DateOrder.MONTH_DAY_YEAR))
    assert context.question is None
    assert [iso_time(message.time)[:10] for message in messages] == ["2021-03-08", "2021-04-08"]


def test_body_of_millions_of_lines_is_bounded() -> None:
    text = "31/12/2023, 23:58 - Ann: hi\n" + "no header here at all\n" * 50_000
    messages, _, _ = read_text(text)
    assert len(messages) == 1 and len(messages[0].text) < 50_000


def test_a_hundred_languages() -> None:
    words = ["你好", "こんにちは", "안녕", "שלום", "مرحبا", "नमस्ते", "สวัสดี", "გამარჯობა", "բարեւ", "ሰላም", "ជំរាបសួរ",
             "ສະບາຍດີ",
             "வணக்கம்", "నమస్కారం", "ನಮಸ್ಕಾರ", "ഹലോ", "ආයුබෝවන්", "မင်္ဂလာပါ", "ᏏᏲ", "ᐊᐃ", "𐐐𐐯𐐢", "👩‍👩‍👧", "Здраво", "Γειά"]
    text = "".join(f"31/12/2023, 23:59 - {word}: {word * 3}\n" for word in words)
    messages, _, _ = read_text(text)
    assert [message.text for message in messages] == [word * 3 for word in words]
