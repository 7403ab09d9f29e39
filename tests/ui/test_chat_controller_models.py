"""The flow of a chat: settings, the picture of the next token, and the models of conversations."""

from __future__ import annotations

import json
from dataclasses import replace


from chatbot.core.messages import MessageStatus
from chatbot.core.protocols import ChatStore
from chatbot.core.replies import Distribution
from chatbot.core.sampling import Sampling
from chatbot.settings import Settings
from chatbot.ui.chat_controller import ChatController
from tests.fakes.fake_engine_handle import FakeEngineHandle
from tests.ui.chat_parts import Chat, Heard, any_store, chat  # noqa: F401 - fixtures

MODEL = ""


def test_settings_apply_to_the_next_token(chat: Chat) -> None:
    chat.say("Hello")
    live = chat.engine.open[0].sampling
    changed = replace(Sampling(), temperature=1.3)
    chat.controller.sampling.change(changed)
    assert live.value == changed and chat.settings.sampling == changed


def test_a_conversation_can_have_settings_of_its_own(chat: Chat) -> None:
    chat.say("Hello", "Hi")
    own = chat.controller.conversation.id
    chat.controller.sampling.set_overridden(True)
    chat.controller.sampling.change(replace(Sampling(), temperature=0.0))
    shown = Heard(chat.controller.sampling.shown)
    chat.controller.new_conversation()
    assert shown.values[-1] == (Sampling(), False)
    assert json.loads(chat.store.conversation(own).sampling_json)["temperature"] == 0.0
    chat.controller.open_conversation(own)
    assert shown.values[-1][0].temperature == 0.0 and shown.values[-1][1] is True
    chat.controller.sampling.set_overridden(False)
    assert chat.store.conversation(own).sampling_json is None and shown.values[-1] == (Sampling(), False)


def test_the_distribution_belongs_to_the_first_token_of_the_last_reply(chat: Chat) -> None:
    chat.say("One", "Two")
    heard = Heard(chat.controller.sampling.distribution_changed)
    chat.controller.sampling.request_distribution()
    chat.controller.sampling.request_distribution()
    first, second = chat.engine.distribution_requests
    assert second.state == f"state {chat.controller.model.row(0).message.id}".encode() and second.turns == ()
    chat.engine.distribution_ready.emit(Distribution(first.job_id, (), 1.0, 0.0))
    assert heard.values == [], "an answer to an older question"
    chat.engine.distribution_ready.emit(Distribution(second.job_id, (), 1.0, 0.0))
    assert len(heard.values) == 1


def test_a_missing_model_loses_nothing(any_store: ChatStore, qapp: object) -> None:
    engine = FakeEngineHandle(model_loads=False)
    controller = ChatController(any_store, engine, Settings())
    controller.start()
    talk = Chat(any_store, engine, Settings(), controller)
    assert controller.language_model.status.problem.code == "model_missing"
    reply = talk.say("Are you there?")
    assert talk.stored()[0].text == "Are you there?" and talk.last.status == MessageStatus.FAILED
    assert not controller.is_busy, "the composer stays usable"
    engine.model_loads = True
    controller.load_model()
    controller.regenerate(reply.id)
    engine.finish("I am")
    assert talk.texts == ["Are you there?", "I am"] and talk.last.id == reply.id
    controller.close()


def test_a_message_sent_while_the_model_loads_waits_for_it(any_store: ChatStore, qapp: object) -> None:
    engine = FakeEngineHandle(model_loads=None)
    controller = ChatController(any_store, engine, Settings())
    controller.start()
    assert controller.send("Hello")
    assert engine.requests == [] and controller.is_busy
    engine.model_ready.emit(engine.summary("wren-en-s"))
    assert engine.open[0].model_id == "wren-en-s"
    controller.close()


def test_a_message_waiting_for_the_model_can_be_stopped(any_store: ChatStore, qapp: object) -> None:
    engine = FakeEngineHandle(model_loads=None)
    controller = ChatController(any_store, engine, Settings())
    controller.start()
    controller.send("Hello")
    controller.stop()
    assert not controller.is_busy and controller.model.rows[-1].message.status == MessageStatus.STOPPED
    engine.model_ready.emit(engine.summary("wren-en-s"))
    assert engine.requests == []
    controller.close()


def test_two_conversations_with_two_models_take_turns(chat: Chat) -> None:
    chat.say("Hello")
    chat.controller.new_conversation()
    other = chat.controller.conversation.id
    chat.store.set_model(other, "wren-en-m")
    chat.controller.open_conversation(other)
    chat.say("Hello you")
    assert chat.engine.loaded == ["", "wren-en-m"]
    assert [request.model_id for request in chat.engine.requests] == ["", "wren-en-m"]


# ---- the model of a conversation ----

def test_a_conversations_own_model_is_loaded_for_it_and_the_default_for_others(chat: Chat) -> None:
    controller = chat.controller
    chat.say("Hello", "Hi")
    first = controller.conversation.id
    controller.choose_model("other")
    assert chat.store.conversation(first).model_id == "other" and chat.engine.loaded[-1] == "other"
    chat.say("And now?")
    assert chat.engine.open[0].model_id == "other"
    assert [turn.text for turn in chat.engine.open[0].turns] == ["Hello", "Hi", "And now?"], "all of it is read"
    chat.engine.finish("Now too")
    controller.new_conversation()
    assert chat.engine.loaded[-1] == MODEL
    controller.open_conversation(first)
    controller.choose_model(None)
    assert chat.store.conversation(first).model_id is None and chat.engine.loaded[-1] == MODEL


def test_a_model_chosen_while_another_loads_comes_next(chat: Chat) -> None:
    chat.engine.model_loads = None
    chat.controller.choose_model("slow")
    chat.controller.choose_model("wanted")
    assert chat.engine.loaded[-1] == "slow"
    chat.engine.model_ready.emit(chat.engine.summary("slow"))
    assert chat.engine.loaded[-1] == "wanted"
    chat.engine.model_ready.emit(chat.engine.summary("wanted"))
    assert chat.controller.language_model.loaded_id("wanted") == "wanted"


def test_a_missing_model_of_one_conversation_does_not_stop_another(chat: Chat) -> None:
    chat.engine.model_loads = False
    chat.controller.choose_model("gone")
    assert chat.controller.language_model.status.problem is not None
    loads = len(chat.engine.loaded)
    chat.controller.open_conversation(chat.controller.conversation.id)
    assert len(chat.engine.loaded) == loads, "not again by itself"
    chat.engine.model_loads = True
    chat.say("Hello", None)
    chat.controller.stop()
    chat.controller.new_conversation()
    assert chat.engine.loaded[-1] == MODEL and chat.controller.language_model.status.problem is None


def test_a_running_reply_ends_with_the_old_weights_and_its_memory_is_dropped(chat: Chat) -> None:
    chat.controller.choose_model("a")
    reply = chat.say("Hello")
    chat.engine.model_loads = None
    chat.controller.replies.on_model_replaced("a")
    assert chat.engine.reloaded == ["a"]
    chat.engine.finish("Hi")
    assert chat.store.nearest_state(reply.id, "a")[0] is not None
    chat.engine.model_ready.emit(chat.engine.summary("a"))
    assert chat.store.nearest_state(reply.id, "a")[0] is None
