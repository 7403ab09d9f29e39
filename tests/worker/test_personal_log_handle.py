"""Reading a log for the window: the report arrives, a newer wish wins, problems are sentences."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from chatbot.worker.personal_log_handle import PersonalLogHandle


@pytest.fixture
def handle(qtbot: QtBot) -> Iterator[PersonalLogHandle]:
    made = PersonalLogHandle()
    yield made
    assert made.shutdown(10_000)


def export(folder: Path, name: str, lines: int = 40) -> Path:
    path = folder / name
    path.write_text("".join(
        f"{14 + i // 20}/03/2024, 10:{i % 20 + 10} - {'Kim' if i % 2 else name}: call +44 20 7946 0{i:03}\n"
        for i in range(lines)))
    return path


def test_a_report_and_a_review_arrive(qtbot: QtBot, handle: PersonalLogHandle, tmp_path: Path) -> None:
    file = export(tmp_path, "Robin")
    with qtbot.waitSignal(handle.was_read, timeout=20_000) as read:
        handle.read([file])
        assert handle.is_reading
    overview = read.args[0]
    assert overview.files == (file,) and overview.report.used == 40 and not handle.is_reading
    assert [speaker.name for speaker in overview.report.speakers] == ["Kim", "Robin"]
    assert len(overview.review) == 40 and overview.review[0].kind == "phone"


def test_a_newer_wish_wins(qtbot: QtBot, handle: PersonalLogHandle, tmp_path: Path) -> None:
    first, second = export(tmp_path, "Ada", 4000), export(tmp_path, "Bob")
    answers = []
    handle.was_read.connect(answers.append)
    handle.read([first])
    with qtbot.waitSignal(handle.was_read, timeout=20_000):
        handle.read([second])
    assert [answer.files for answer in answers] == [(second,)]


def test_a_cancelled_reading_says_nothing(qtbot: QtBot, handle: PersonalLogHandle, tmp_path: Path) -> None:
    answers = []
    handle.was_read.connect(answers.append)
    handle.failed.connect(answers.append)
    handle.read([export(tmp_path, "Ada", 4000)])
    handle.cancel()
    assert not handle.is_reading
    qtbot.wait(300)
    assert answers == []


def test_what_cannot_be_read_is_one_sentence_and_the_next_file_is_read(qtbot: QtBot, handle: PersonalLogHandle,
                                                                       tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_text("")
    with qtbot.waitSignal(handle.failed, timeout=20_000) as failed:
        handle.read([empty])
    assert "empty.txt is empty" in failed.args[0].sentence and not failed.args[0].is_bug
    with qtbot.waitSignal(handle.was_read, timeout=20_000):
        handle.read([export(tmp_path, "Robin")])


def test_own_chats_arrive_as_a_report_and_none_is_a_sentence(qtbot: QtBot, handle: PersonalLogHandle) -> None:
    from chatbot import paths
    from chatbot.core.messages import MessageStatus
    from chatbot.storage.opening import open_store
    with qtbot.waitSignal(handle.failed, timeout=20_000) as failed:
        handle.read_own_chats()
    assert failed.args[0].code == "import_no_chats" and not failed.args[0].is_bug
    store = open_store(paths.database_file()).store  # the window's, open meanwhile
    try:
        chat = store.create_conversation().id
        _, reply = store.begin_exchange(chat, None, "i am Ada, call +44 20 7946 0018", "")
        store.set_rating(store.end_reply(reply.id, "ok", MessageStatus.COMPLETE, None, [], "").id, 1)
        with qtbot.waitSignal(handle.was_read, timeout=20_000) as read:
            handle.read_own_chats("", ["Ada"])
    finally:
        store.close()
    overview = read.args[0]
    assert overview.is_own_chats and overview.files == () and overview.report.replies == {"liked": 1}
    assert sorted(item.kind for item in overview.review) == ["name", "phone"] and not handle.is_reading
