"""Every format: its example file is recognised by content and read to exactly these messages and counts."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from chatbot.chatlogs.formats import FORMATS
from chatbot.core.errors import ImportProblem
from tests.chatlogs.reading_steps import DATA, pairs, read_paths

EXAMPLES: dict[str, tuple[str, list[tuple[str, str]], dict[str, int], dict[str, int], str | None]] = {
    # file: format, (speaker, text), skipped, cleaned, suggested "me"
    "whatsapp_android_de.txt": (
        "whatsapp", [("Mara", "Bist du noch wach?"),
                     ("Jonas Weber", "Ja, ich lese.\nEin langes Buch über Vögel."),
                     ("Mara", "Schau mal, der Garten"), ("Jonas Weber", "Schön!"),
                     ("Jonas Weber", "Ruf an: 0170 1234567")],
        {"system": 2, "media": 1, "deleted": 1, "call": 1}, {"attachment": 1, "edit_mark": 1}, "Mara"),
    "whatsapp_ios_group.txt": (
        "whatsapp", [("Sam", "hi all"), ("Lena", "a heron at the pond"), ("+43 660 1234567", "which pond?"),
                     ("Sam", "the big one\nbehind the mill")],
        {"media": 2, "system": 1, "deleted": 1}, {"edit_mark": 1}, None),
    "telegram_chat.json": (
        "telegram", [("Ann", "hi"), ("Me Myself", "see https://x.example!"), ("Deleted account", "unbelievable"),
                     ("Ann", "caption stays"), ("Ann", "I do not agree")],
        {"call": 1, "system": 1, "forwarded": 1, "media": 1, "bot": 1}, {"quote": 1}, "Me Myself"),
    "telegram_all.json": (
        "telegram", [("Bob", "bye"), ("Me", "buy seeds"), ("Me", "/start"), ("Ann", "who comes?"), ("Me", "I do")],
        {"bot": 1}, {}, "Me"),
    "discord.json": (
        "discord", [("Robin", "hello :wave: @Kim"), ("Kim", "hi @Robin!")],
        {"system": 1, "bot": 1, "media": 1, "forwarded": 1, "call": 1}, {"quote": 1}, "Kim"),
    "discord_package.json": ("discord_package", [("Me", "my own words")], {"media": 1}, {}, "Me"),
    "messenger.json": (
        "messenger", [("José Pérez", "first"), ("Ann Lee", "naïve already good: —"),
                      ("José Pérez", "café mañana? 😀")],
        {"media": 2, "reaction": 1, "call": 1, "deleted": 1}, {"mojibake": 2}, "Ann Lee"),
    "messenger_secure.json": ("messenger_secure", [("Bob", "Hello — you"), ("Alice", "Hi")],
                              {"deleted": 1, "media": 1, "system": 1}, {}, "Alice"),
    "slack_day.json": (
        "slack", [("U1A", "hi @someone & that page"), ("U2B", "from blocks :tada:"), ("U2B", "I agree"),
                  ("U1A", "to all of you")],
        {"bot": 1, "system": 1, "media": 1, "deleted": 1}, {"quote": 1}, None),
    "sigtop.json": ("sigtop_json", [("+4366012345", "hello there"), ("Me", "hi, new words")],
                    {"media": 1, "call": 1, "deleted": 1, "system": 1}, {}, "Me"),
    "sigtop.txt": (
        "sigtop_text", [("Ann", "hello there\nwith a second line\nFrom: the same person, still in the body"),
                        ("You", "hi back")], {"media": 1}, {"quote": 1}, "You"),
    "sigtop_short.txt": ("signal", [("Ann", "hello there\nwith a second line"), ("You", "hi back")],
                         {"media": 1, "deleted": 1}, {"quote": 1}, "You"),
    "signal_old.md": ("signal", [("Me", "How is everyone?"), ("Aya", "We're great!\nand so on"), ("Jim", "I'm well.")],
                      {}, {"reaction": 1}, "Me"),
    "signal_new.md": ("signal", [("Me", "How is everyone?"), ("Aya", "Great: really")],
                      {"media": 1, "deleted": 1}, {"reaction": 1, "quote": 1}, "Me"),
    "imessage.txt": (
        "imessage", [("Me", "Are you there?\nIt is late"), ("+15558675309", "Yes"), ("Me", "good"),
                     ("+15558675309", "I am home"), ("Me", "May 18 is fine")],
        {"quoted": 1, "system": 1, "media": 1}, {"reaction": 1, "note": 1, "edit": 1}, "Me"),
    "chatgpt.json": ("chatgpt", [("User", "What is a heron?"), ("ChatGPT", "A tall bird."), ("User", "And this one?")],
                     {"hidden": 2, "other_version": 1}, {}, "User"),
    "claude.json": ("claude", [("User", "How long does tea brew?"), ("Claude", "Three minutes.")], {"media": 1}, {},
                    "User"),
    "line.txt": ("line", [("Amy", "hello"), ("Me", "two\nlines"), ("Amy", "good morning"), ("Me", "good evening")],
                 {"system": 1, "media": 1, "deleted": 1, "call": 1}, {}, "Me"),
    "line_ja.txt": ("line", [("Amy", "おはよう"), ("太郎", "元気？")], {"media": 1}, {}, "太郎"),
    "wechat.csv": ("wechat", [("老王", "你好, 吗"), ("Me", "好\n的")], {"media": 1, "system": 1}, {}, "Me"),
    "wechat_026.csv": ("wechat", [("5", "hello"), ("Me", "hi")], {}, {}, "Me"),
    "wechat_zh.csv": ("wechat", [("老王", "你好"), ("我", "在")], {"media": 1}, {}, None),
    "weclone.csv": ("wechat", [("wang", "hello"), ("Me", "hi")], {}, {}, "Me"),
    "wechat.txt": ("wechat_text", [("老王", "吃饭了吗"), ("我", "还没\n你呢"), ("老王", "吃了")], {}, {}, None),
    "google_chat.json": ("google_chat", [("Ann Lee", "hello"), ("Bob", "hi")], {"bot": 1, "deleted": 1, "media": 1},
                         {}, None),
    "hangouts.json": ("hangouts", [("Ann Lee", "one\ntwo"), ("Me Self", "three")], {"media": 1, "call": 1}, {},
                      "Me Self"),
    "skype.json": ("skype", [("Bob Ray", "a < b  & c"), ("live:me", "I say x.example :)")],
                   {"call": 1, "media": 1}, {"quote": 1, "edit_mark": 1}, "live:me"),
    "names.txt": (
        "name_text", [("Ann", "hello Bob"), ("Bob", "hello\nthis is my second line\nPS: and a third"),
                      ("Ann", "see https://x.example at 10:30"), ("Bob", "yes")], {}, {}, None),
    "prompt_lines.txt": ("prompt_lines", [("A", "hello"), ("B", "hi, who are you?"), ("A", "nice day"), ("B", "yes"),
                                          ("A", "bye")], {}, {}, None),
    "table.csv": ("delimited", [("Ann", "hello; you"), ("Bob", "two\nlines")], {"empty": 1}, {}, None),
    "table.tsv": ("delimited", [("Ann", "hello"), ("Bob", "hi"), ("Ann", "how are you"), ("Bob", "fine"),
                                ("Ann", "good"), ("Bob", "bye")], {}, {}, None),
    "role_content.jsonl": ("role_content", [("user", "hello"), ("assistant", "hi"), ("user", "one"),
                                            ("assistant", "two")], {"hidden": 1, "malformed": 1}, {}, "user"),
    "sharegpt.json": ("sharegpt", [("human", "hello"), ("gpt", "hi"), ("human", "more")], {"hidden": 1, "empty": 1},
                      {}, "human"),
    "own.json": ("own", [("You", "hello"), ("Bot", "hi there"), ("You", "how are you?")], {"other_version": 1}, {},
                 "You"),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_is_read_whatever_it_is_called(name: str, tmp_path: Path) -> None:
    format_id, messages, skipped, cleaned, me = EXAMPLES[name]
    path = tmp_path / "export.bin"
    shutil.copy(DATA / name, path)
    with read_paths(path) as log:
        report = log.report
        assert report.format == format_id
        assert pairs(log.messages()) == messages
    assert report.skipped == skipped
    assert report.cleaned == cleaned
    assert (report.suggested_me and report.suggested_me.name) == me
    assert report.used == len(messages)
    assert report.read == report.used + sum(skipped.values())
    assert report.question is None


def test_every_format_has_an_example() -> None:
    assert {candidate.id for candidate in FORMATS} == {example[0] for example in EXAMPLES.values()}


def encodings_of(name: str) -> list[str]:
    """Without a mark, UTF-16 is told by its NUL bytes, which Chinese text does not have."""
    is_western = (DATA / name).read_text("utf-8-sig")[:2000].isascii()
    return ["utf-8-sig", "utf-16"] + (["utf-16-le", "utf-16-be"] if is_western else [])


ENCODED = [(name, encoding) for name in EXAMPLES for encoding in encodings_of(name)]


@pytest.mark.parametrize(("name", "encoding"), ENCODED)
def test_example_in_another_encoding(name: str, encoding: str, tmp_path: Path) -> None:
    text = (DATA / name).read_text("utf-8-sig")
    path = tmp_path / "export"
    path.write_bytes(text.encode(encoding))
    with read_paths(path) as log:
        assert log.report.format == EXAMPLES[name][0]
        assert pairs(log.messages()) == EXAMPLES[name][1]


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_example_with_other_line_ends(name: str, newline: str, tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_bytes((DATA / name).read_bytes().replace(b"\n", newline.encode()))
    with read_paths(path) as log:
        assert pairs(log.messages()) == EXAMPLES[name][1]


@pytest.mark.parametrize("name", EXAMPLES)
def test_half_an_example_is_half_read(name: str, tmp_path: Path) -> None:
    """A file that was cut off gives what is before the cut, or one sentence; never an error of the program."""
    data = (DATA / name).read_bytes()
    path = tmp_path / "export"
    path.write_bytes(data[:len(data) * 3 // 4])
    try:
        with read_paths(path) as log:
            # One more at most: half a placeholder is no placeholder.
            assert log.report.used <= len(EXAMPLES[name][1]) + 1
            assert log.report.read == log.report.used + sum(log.report.skipped.values())
    except ImportProblem as problem:
        assert str(problem).endswith(".")
