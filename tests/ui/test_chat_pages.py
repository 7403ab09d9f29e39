"""The loaded rows are a part of the shown path without gaps, wherever something is written."""

from __future__ import annotations

from chatbot.core.messages import Role
from chatbot.ui.chat_pages import PAGE_ROWS
from tests.ui.chat_parts import Chat, Heard, any_store, chat, fill_long  # noqa: F401 - fixtures


def assert_rows_are_a_part_of_the_path(chat: Chat) -> None:
    path = [message.id for message in chat.stored()]
    rows = [row.message.id for row in chat.controller.model.rows]
    start = path.index(rows[0])
    assert rows == path[start:start + len(rows)]
    assert chat.controller.model.has_later == (rows[-1] != path[-1])
    assert chat.controller.model.has_earlier == (start > 0)


def scrolled_up(chat: Chat) -> list[int]:
    """A conversation of four pages, of which the first half of the newer ones is loaded."""
    conversation_id, ids = fill_long(chat.store, 4 * PAGE_ROWS, words=2)
    chat.controller.open_conversation(conversation_id)
    chat.controller.pages.load_earlier()
    chat.controller.pages.load_earlier()
    assert chat.controller.model.has_later and chat.controller.model.row_of(ids[-2]) < 0
    return ids


def test_an_edit_of_a_message_that_is_not_loaded_shows_the_end(chat: Chat) -> None:
    ids = scrolled_up(chat)
    ends = Heard(chat.controller.end_wanted)
    assert chat.controller.edit(ids[-2], "398 new")
    assert chat.texts[-2:] == ["398 new", ""] and ends.values
    assert_rows_are_a_part_of_the_path(chat)
    chat.engine.finish("Indeed")
    assert chat.texts[-1] == "Indeed"


def test_so_does_an_edit_of_the_bots_words(chat: Chat) -> None:
    ids = scrolled_up(chat)
    assert chat.controller.edit(ids[-1], "399 new")
    assert chat.texts[-1] == "399 new"
    assert_rows_are_a_part_of_the_path(chat)


def test_and_everything_else_that_writes_below_what_is_not_loaded(chat: Chat) -> None:
    ids = scrolled_up(chat)
    chat.controller.regenerate(ids[-1])
    assert_rows_are_a_part_of_the_path(chat)
    chat.engine.finish("399 again")
    chat.controller.pages.load_earlier()
    chat.controller.pages.load_earlier()
    chat.controller.step_version(chat.stored()[-1].id, -1)
    assert chat.last.id == ids[-1]
    assert_rows_are_a_part_of_the_path(chat)


def test_an_edit_of_a_message_that_is_loaded_keeps_what_is_above_it(chat: Chat) -> None:
    ids = scrolled_up(chat)
    number = chat.controller.model.row_of(ids[250])
    assert chat.controller.edit(ids[250], "250 new")
    assert chat.controller.model.row(number).message.text == "250 new"
    assert_rows_are_a_part_of_the_path(chat)


def test_an_edit_of_another_version_than_the_shown_one_shows_the_end(chat: Chat) -> None:
    chat.say("I like tee", "Me too")
    old = chat.controller.model.row(0).message
    assert chat.controller.edit(old.id, "I like tea")
    chat.engine.finish("Black?")
    assert chat.controller.edit(old.id, "I like trees")
    assert chat.texts == ["I like trees", ""] and chat.controller.model.row(0).message.role == Role.USER
    assert_rows_are_a_part_of_the_path(chat)
