"""The flow of a chat, over the fake store and the real one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chatbot.core.errors import Problem, StorageError
from chatbot.core.messages import MessageStatus, Role
from chatbot.core.replies import EndReason
from chatbot.ui.chat_model import MAX_ROWS
from chatbot.ui.chat_pages import PAGE_ROWS
from tests.ui.chat_parts import Chat, Heard, any_store, chat, fill_long  # noqa: F401 - fixtures

MODEL = ""


def test_a_message_travels_from_the_field_to_the_database(chat: Chat) -> None:
    assert chat.controller.send("Hello there")
    request = chat.engine.open[0]
    assert [(turn.role, turn.text) for turn in request.turns] == [(Role.USER, "Hello there")]
    assert request.state is None and request.written == "" and not request.stop.is_set()
    assert chat.last.status == MessageStatus.WRITING and chat.controller.is_busy
    chat.engine.write("Hi")
    assert chat.last.text == "Hi"
    chat.engine.finish(" you")
    reply = chat.stored()[-1]
    assert (reply.text, reply.status, reply.statistics.seed) == ("Hi you", MessageStatus.COMPLETE, 7)
    assert chat.last == reply and not chat.controller.is_busy
    state, later = chat.store.nearest_state(reply.id, request.model_id)
    assert state == f"state {reply.id}".encode() and later == []


def test_the_next_request_starts_from_the_saved_state(chat: Chat) -> None:
    first = chat.say("One", "Two")
    chat.say("Three")
    request = chat.engine.open[0]
    assert request.state == f"state {first.id}".encode()
    assert [turn.text for turn in request.turns] == ["Three"]
    assert request.earlier_replies == ("Two",)


def test_text_reaches_the_database_while_it_is_written(chat: Chat, qtbot: object) -> None:
    chat.say("Hello")
    chat.engine.write("Half of it")
    qtbot.waitUntil(lambda: chat.stored()[-1].text == "Half of it", timeout=2000)
    assert chat.stored()[-1].status == MessageStatus.WRITING


def test_stop_keeps_what_was_written(chat: Chat) -> None:
    chat.say("Hello")
    chat.engine.write("Half")
    chat.controller.stop()
    assert chat.engine.open[0].stop.is_set()
    chat.engine.finish_stopped()
    assert (chat.last.text, chat.last.status) == ("Half", MessageStatus.STOPPED)
    assert chat.stored()[-1].status == MessageStatus.STOPPED


def test_regenerate_keeps_the_old_version_and_arrows_switch(chat: Chat) -> None:
    old = chat.say("Hello", "First")
    chat.controller.regenerate(old.id)
    assert chat.engine.open[0].state == f"state {old.parent_id}".encode() and chat.engine.open[0].turns == ()
    chat.engine.finish("Second")
    assert chat.texts == ["Hello", "Second"]
    assert (chat.last.version, chat.last.version_count) == (2, 2)
    chat.controller.step_version(chat.last.id, -1)
    assert chat.texts == ["Hello", "First"] and chat.last.version == 1
    chat.controller.step_version(chat.last.id, -1)
    assert chat.texts == ["Hello", "First"], "there is nothing before the first version"
    chat.controller.step_version(chat.last.id, 1)
    assert chat.texts == ["Hello", "Second"]


def test_versions_bring_back_what_followed_them(chat: Chat) -> None:
    first = chat.say("Hello", "First")
    chat.say("And then?", "Then this")
    chat.controller.regenerate(first.id)
    chat.engine.finish("Second")
    assert chat.texts == ["Hello", "Second"]
    chat.controller.step_version(chat.last.id, -1)
    assert chat.texts == ["Hello", "First", "And then?", "Then this"]


def test_a_failed_empty_reply_is_tried_again_in_its_place(chat: Chat) -> None:
    reply = chat.say("Hello")
    chat.engine.fail()
    assert chat.last.status == MessageStatus.FAILED
    assert chat.controller.model.rows[-1].problem.sentence == "The model's weights file is damaged."
    chat.controller.regenerate(reply.id)
    chat.engine.finish("Now")
    assert (chat.last.id, chat.last.text, chat.last.version_count) == (reply.id, "Now", 1)


def test_an_own_message_is_edited_into_a_new_version(chat: Chat) -> None:
    chat.say("I like tee", "Me too")
    chat.controller.draft.keep("for later")
    chat.controller.draft.store()
    question = chat.controller.model.row(0).message
    assert chat.controller.edit(question.id, "I like tea")
    chat.engine.finish("Black or green?")
    assert chat.texts == ["I like tea", "Black or green?"]
    assert chat.controller.model.row(0).message.version_count == 2
    assert chat.store.conversation(question.conversation_id).draft == "for later"
    chat.controller.step_version(chat.controller.model.row(0).message.id, -1)
    assert chat.texts == ["I like tee", "Me too"]


class OneWrite:
    """Lets every action write once; whatever it wants to write before the reply is asked for fails."""

    WRITES = ("begin_exchange", "add_message", "set_draft", "set_forgets_before", "update_text", "set_edit_draft")

    def __init__(self, chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[str] = []
        self._is_inside = False
        self._requested = len(chat.engine.requests)
        self._chat = chat
        for name in self.WRITES:
            monkeypatch.setattr(chat.store, name, self._counting(name, getattr(chat.store, name)))

    def _counting(self, name: str, write: Callable[..., object]) -> Callable[..., object]:
        def call(*values: object, **named: object) -> object:
            if self._is_inside or len(self._chat.engine.requests) > self._requested:
                return write(*values, **named)
            self.calls.append(name)
            if len(self.calls) > 1:
                raise StorageError("The disk is full.", code="disk_full_test")
            self._is_inside = True
            try:
                return write(*values, **named)
            finally:
                self._is_inside = False
        return call


def test_sending_after_forgetting_is_one_write(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    chat.say("My name is Ada", "Hello Ada")
    chat.controller.toggle_forgets_next()
    writes = OneWrite(chat, monkeypatch)
    assert chat.controller.send("What is my name?")
    assert writes.calls == ["begin_exchange"] and len(chat.engine.open) == 1
    assert chat.stored()[2].forgets_before and chat.controller.model.row(2).message.forgets_before


def test_an_edit_is_one_write(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    chat.say("I like tee", "Me too")
    question = chat.controller.model.row(0).message
    chat.controller.set_forgets_before(question.id, True)
    chat.controller.draft.keep("for later")
    chat.controller.draft.store()
    writes = OneWrite(chat, monkeypatch)
    assert chat.controller.edit(question.id, "I like tea")
    assert writes.calls == ["begin_exchange"] and len(chat.engine.open) == 1
    assert chat.stored()[0].forgets_before and chat.texts == ["I like tea", ""]
    assert chat.store.conversation(question.conversation_id).draft == "for later"


@pytest.mark.parametrize("is_answered", [False, True])
def test_another_version_of_a_reply_is_one_write(chat: Chat, monkeypatch: pytest.MonkeyPatch,
                                                 is_answered: bool) -> None:
    reply = chat.say("Hello", "Hi")
    chat.controller.set_forgets_before(reply.id, True)
    if is_answered:
        chat.say("And?", "Yes")
    writes = OneWrite(chat, monkeypatch)
    if is_answered:
        chat.controller.continue_reply(reply.id)
    else:
        chat.controller.regenerate(reply.id)
    assert writes.calls == ["add_message"] and len(chat.engine.open) == 1
    assert chat.last.forgets_before and chat.stored()[-1].forgets_before


def test_what_was_sent_is_answered_even_if_the_list_cannot_be_read(chat: Chat,
                                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the text would stay in the field and be sent twice."""
    read = chat.store.conversation

    def fails_later(conversation_id: int) -> object:
        if chat.engine.requests:
            raise StorageError("The disk failed.", code="io_error_test")
        return read(conversation_id)

    monkeypatch.setattr(chat.store, "conversation", fails_later)
    assert chat.controller.send("Hello")
    assert len(chat.engine.open) == 1


def test_the_bots_message_is_edited_and_the_talk_goes_on_from_there(chat: Chat) -> None:
    reply = chat.say("Who are you?", "I am a teapot")
    assert chat.controller.edit(reply.id, "I am Wren")
    assert chat.last.is_edited and chat.texts == ["Who are you?", "I am Wren"]
    assert chat.engine.open == [], "an edit of the bot's words writes nothing"
    chat.say("Really?")
    assert [turn.text for turn in chat.engine.open[0].turns] == ["I am Wren", "Really?"]


def test_the_last_reply_is_continued_in_place(chat: Chat) -> None:
    reply = chat.say("Tell me", "Once upon")
    chat.controller.continue_reply(reply.id)
    assert chat.engine.open[0].written == "Once upon" and chat.last.status == MessageStatus.WRITING
    chat.engine.finish(" a time")
    assert (chat.last.id, chat.last.text) == (reply.id, "Once upon a time")
    assert chat.stored()[-1].text == "Once upon a time"


def test_a_reply_that_was_answered_is_continued_in_a_new_version(chat: Chat) -> None:
    reply = chat.say("Tell me", "Once upon")
    chat.say("Go on", "No")
    chat.controller.continue_reply(reply.id)
    chat.engine.finish(" a time")
    assert chat.texts == ["Tell me", "Once upon a time"] and chat.last.id != reply.id
    chat.controller.step_version(chat.last.id, -1)
    assert chat.texts == ["Tell me", "Once upon", "Go on", "No"]


def test_a_branch_is_a_conversation_of_its_own(chat: Chat) -> None:
    first = chat.say("One", "Two")
    chat.say("Three", "Four")
    origin = chat.controller.conversation.id
    chat.controller.branch(first.id)
    assert chat.controller.conversation.id != origin and chat.texts == ["One", "Two"]
    chat.say("Five")
    assert chat.engine.open[0].state is not None, "states are branched too"
    assert [message.text for message in chat.store.path(origin)] == ["One", "Two", "Three", "Four"]


def test_forgetting_starts_the_memory_at_that_message(chat: Chat) -> None:
    chat.say("My name is Ada", "Hello Ada")
    chat.say("It rains", "Take an umbrella")
    marked = chat.controller.model.row(2).message
    chat.controller.set_forgets_before(marked.id, True)
    assert chat.controller.model.row(2).message.forgets_before and len(chat.texts) == 4, "the text stays"
    chat.say("What is my name?")
    request = chat.engine.open[0]
    assert request.state is None
    assert [turn.text for turn in request.turns] == ["It rains", "Take an umbrella", "What is my name?"]


def test_forgetting_from_the_next_message_on(chat: Chat) -> None:
    chat.say("My name is Ada", "Hello Ada")
    chat.controller.toggle_forgets_next()
    chat.say("What is my name?")
    request = chat.engine.open[0]
    assert request.state is None and [turn.text for turn in request.turns] == ["What is my name?"]
    assert chat.controller.model.row(2).message.forgets_before and not chat.controller.model.forgets_next


def test_a_reply_goes_on_while_another_conversation_is_shown(chat: Chat) -> None:
    chat.say("Hello")
    first = chat.controller.conversation.id
    chat.engine.write("Dear ")
    busy = Heard(chat.controller.busy_changed)
    chat.controller.new_conversation()
    assert busy.values[-1] is False and chat.texts == []
    chat.engine.write("friend")
    chat.controller.open_conversation(first)
    assert chat.texts == ["Hello", "Dear friend"], "also what the store does not have yet"
    assert busy.values[-1] is True
    chat.controller.new_conversation()
    chat.engine.finish("!")
    assert [message.text for message in chat.store.path(first)] == ["Hello", "Dear friend!"]


def test_while_a_reply_is_written_nothing_else_begins(chat: Chat) -> None:
    problems = Heard(chat.controller.problem_raised)
    chat.say("Hello")
    assert not chat.controller.send("And?")
    assert not chat.controller.edit(chat.controller.model.row(0).message.id, "Hullo")
    chat.controller.regenerate(chat.last.id)
    chat.controller.continue_reply(chat.last.id)
    assert len(chat.engine.requests) == 1 and len(chat.stored()) == 2
    assert {problem.code for problem in problems.values} == {"reply_running"}


@pytest.mark.parametrize("blank", ["", " ", "\n\t \r\n", "\u200b\u200d\ufeff", "\u00a0\u3000", "\0"])
def test_what_cannot_be_seen_is_not_sent(chat: Chat, blank: str) -> None:
    assert not chat.controller.send(blank)
    assert chat.engine.requests == [] and chat.stored() == []


@pytest.mark.parametrize("text", [
    "\U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467", "a\u200bb", "lone \ud83d surrogate", "x" * 1_000_000,
    "שלום", "<script>alert(1)</script> **bold** ![x](http://example.org/x.png)", "line\nline\r\nline", "nul\0nul"])
def test_strange_text_is_sent_and_answered(chat: Chat, text: str) -> None:
    chat.say(text, "Indeed")
    stored = chat.stored()
    assert len(stored) == 2 and stored[1].text == "Indeed"
    kept = text.replace("\0", "").replace("\ud83d", "\ufffd")
    assert stored[0].text == kept and chat.engine.requests[0].turns[0].text == kept


def test_drafts_are_kept_per_conversation(chat: Chat) -> None:
    chat.say("Hello", "Hi")
    first = chat.controller.conversation.id
    chat.controller.draft.keep("half a thought \ud800")
    chat.controller.new_conversation()
    assert chat.controller.conversation.draft == ""
    opened = Heard(chat.controller.conversation_opened)
    chat.controller.open_conversation(first)
    assert opened.values[-1].draft == "half a thought \ufffd"


def test_sending_clears_the_draft_for_good(chat: Chat, qtbot: object) -> None:
    chat.controller.draft.keep("Hello")
    chat.say("Hello", "Hi")
    chat.controller.draft.store()
    assert chat.store.conversation(chat.controller.conversation.id).draft == ""


def test_a_draft_survives_the_end_of_the_program(chat: Chat) -> None:
    chat.controller.draft.keep("half a thought")
    chat.controller.close()
    assert chat.store.conversation(chat.controller.conversation.id).draft == "half a thought"


def test_closing_stores_what_was_written(chat: Chat) -> None:
    chat.say("Hello")
    chat.engine.write("Half a rep")
    chat.controller.close()
    reply = chat.stored()[-1]
    assert (reply.text, reply.status) == ("Half a rep", MessageStatus.INTERRUPTED)
    assert chat.engine.open[0].stop.is_set()
    chat.engine.finish()  # comes too late and changes nothing
    assert chat.stored()[-1].status == MessageStatus.INTERRUPTED


def test_a_long_conversation_is_shown_in_pages(chat: Chat) -> None:
    conversation_id, ids = fill_long(chat.store, 3 * PAGE_ROWS + 5, words=2)
    model = chat.controller.model
    chat.controller.open_conversation(conversation_id)
    assert len(model.rows) == PAGE_ROWS and model.has_earlier and not model.has_later
    chat.controller.pages.load_earlier()
    chat.controller.pages.load_earlier()
    assert len(model.rows) == MAX_ROWS and model.has_later and model.has_earlier
    assert [row.message.id for row in model.rows] == ids[5:5 + MAX_ROWS]
    chat.controller.pages.load_earlier()
    assert not model.has_earlier and model.row(0).message.id == ids[0]
    chat.controller.pages.load_later()
    assert [row.message.id for row in model.rows] == ids[PAGE_ROWS:PAGE_ROWS + MAX_ROWS]
    chat.controller.pages.load_later()
    assert model.rows[-1].message.id == ids[-1] and not model.has_later
    chat.controller.show_end()
    assert model.rows[-1].message.id == ids[-1]


def test_sending_from_the_middle_of_a_long_conversation_goes_to_its_end(chat: Chat) -> None:
    conversation_id, ids = fill_long(chat.store, 4 * PAGE_ROWS, words=2)
    chat.controller.open_message(conversation_id, ids[3])
    assert chat.controller.model.has_later
    chat.say("At the end")
    assert chat.texts[-2:] == ["At the end", ""] and not chat.controller.model.has_later
    assert chat.last.parent_id is not None and chat.stored()[-3].id == ids[-1]


def test_a_found_message_is_shown_on_whatever_branch_it_is(chat: Chat) -> None:
    old = chat.say("Hello", "First answer")
    chat.controller.regenerate(old.id)
    chat.engine.finish("Second answer")
    places = Heard(chat.controller.place_found)
    conversation_id = chat.controller.conversation.id
    chat.controller.new_conversation()
    hit = chat.store.search("first")[0]
    chat.controller.open_message(hit.conversation_id, hit.message_id, "first")
    assert chat.controller.conversation.id == conversation_id
    assert chat.texts == ["Hello", "First answer"] and places.values == [(old.id, "first")]


def test_the_end_reason_of_a_long_reply_is_an_ordinary_end(chat: Chat) -> None:
    chat.say("Hello")
    chat.engine.write("a lot")
    chat.engine.finish(reason=EndReason.MAX_TOKENS)
    assert chat.last.status == MessageStatus.COMPLETE


def test_thumbs_are_stored(chat: Chat) -> None:
    reply = chat.say("Hello", "Hi")
    chat.controller.rate(reply.id, 1)
    assert chat.last.rating == 1 and chat.store.message(reply.id).rating == 1


def test_delete_opens_another_and_undo_brings_it_back(chat: Chat) -> None:
    chat.say("First talk", "Yes")
    first = chat.controller.conversation.id
    chat.controller.new_conversation()
    chat.say("Second talk", "Yes")
    second = chat.controller.conversation.id
    chat.controller.shelf.delete(second)
    assert chat.controller.conversation.id == first and chat.controller.shelf.can_undo_delete
    assert [c.id for c in chat.controller.shelf.all()] == [first]
    chat.controller.shelf.undo_delete()
    assert chat.controller.conversation.id == second and chat.texts == ["Second talk", "Yes"]
    assert not chat.controller.shelf.can_undo_delete


def test_deleting_the_only_conversation_leaves_an_empty_one(chat: Chat) -> None:
    chat.say("Hello")
    chat.controller.shelf.delete(chat.controller.conversation.id)
    assert chat.engine.open[0].stop.is_set(), "nobody waits for this reply any more"
    assert chat.texts == [] and len(chat.controller.shelf.all()) == 1


def test_new_conversations_do_not_pile_up(chat: Chat) -> None:
    before = len(chat.controller.shelf.all())
    for _ in range(3):
        chat.controller.new_conversation()
    assert len(chat.controller.shelf.all()) == before == 1


def test_the_title_comes_from_the_first_words(chat: Chat) -> None:
    changed = Heard(chat.controller.conversation_changed)
    chat.say("What is the capital of France? I forgot.", "Paris")
    assert changed.values[-1].title.startswith("What is the capital of France")


def test_another_job_failing_touches_no_reply(chat: Chat) -> None:
    chat.say("Hello")
    chat.engine.job_failed.emit(Problem("bug", "distribution failed", -1))
    chat.engine.job_failed.emit(Problem("bug", "something else failed"))
    chat.engine.finish("Hi")
    assert chat.last.text == "Hi"


def test_a_memory_of_other_weights_is_dropped_and_the_text_is_read_again(chat: Chat) -> None:
    """The model was updated: the saved states mean nothing to it, but the conversation goes on."""
    chat.say("My name is Ann", "Hello Ann")
    chat.say("What is my name?")
    first = chat.engine.open[0]
    assert first.state is not None and [turn.text for turn in first.turns] == ["What is my name?"]
    problem = Problem("state_of_other_model", "The saved memory belongs to another model.", first.job_id)
    chat.engine.open.clear()
    chat.engine.job_failed.emit(problem)
    again = chat.engine.open[0]
    assert again.state is None
    assert [turn.text for turn in again.turns] == ["My name is Ann", "Hello Ann", "What is my name?"]
    chat.engine.finish("Ann")
    assert chat.last.text == "Ann" and chat.last.status is MessageStatus.COMPLETE


def test_a_memory_that_stays_useless_ends_the_reply(chat: Chat) -> None:
    chat.say("Hello")
    job_id = chat.engine.open[0].job_id
    for _ in range(2):
        chat.engine.job_failed.emit(Problem("state_damaged", "The saved memory is damaged.", job_id))
    assert chat.last.status is MessageStatus.FAILED


def test_the_distribution_too_is_asked_again_without_a_useless_memory(chat: Chat) -> None:
    chat.say("My name is Ann", "Hello Ann")
    chat.controller.sampling.request_distribution()
    (first,) = chat.engine.distribution_requests
    assert first.state is not None
    chat.engine.job_failed.emit(Problem("state_of_other_model", "It belongs to another model.", first.job_id))
    _, again = chat.engine.distribution_requests
    assert again.state is None and [turn.text for turn in again.turns] == ["My name is Ann"]
    chat.engine.job_failed.emit(Problem("state_of_other_model", "It belongs to another model.", again.job_id))
    assert len(chat.engine.distribution_requests) == 2, "asked again once, not for ever"
