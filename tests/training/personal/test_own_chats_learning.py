"""Learning from the program's own conversations: who speaks, what each message weighs, and the loss by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from chatbot.chatlogs.own_chats import is_generated
from chatbot.chatlogs.sessions import Part, Session, SpeechTurn
from chatbot.core.messages import Role
from chatbot.core.personal import PersonalMode
from chatbot.engine.roles import BOT, USER
from chatbot.training.personal.fine_tuner import _LEAST_WEIGHT, REPLAY_SHARE, FineTuner
from chatbot.training.personal.instant import own_places
from chatbot.training.personal.measuring import own_turns
from chatbot.training.personal.plan import make_plan
from chatbot.training.personal.prompts import prompts_of, texts_of
from chatbot.training.personal.streams import TalkStreams
from chatbot.training.personal.talks import OTHERS_WEIGHT, Cast, PersonalTalks, Talk, encode_talks, own_chats_cast
from chatbot.training.personal.tuning import FullTuning
from tests.engine.tiny import tiny_network, tiny_tokenizer

T = tiny_tokenizer()
EOT, END = T.role("<eot>"), T.role("<end>")
CHAT = (("you", "do you like the sea?", 1.0), ("wren", "yes", 0.0), ("you", "no", 1.0), ("wren", "the sun", 2.0),
        ("you", "ok", 1.0), ("wren", "the rain", 3.0), ("you", "the tea", 0.0))
"""A plain, a liked and an edited reply; the last message is a branch's copy."""


def session() -> Session:
    return Session("c", tuple(SpeechTurn(who, text, 0.0, who, 0.0, weight) for who, text, weight in CHAT))


def encoded(mode: PersonalMode, who: str, cast: Cast | None = None) -> PersonalTalks:
    return encode_talks(T, [(Part.TRAIN, session())], frozenset({who}), cast or own_chats_cast(mode, {}), is_generated)


def talk_of(mode: PersonalMode, who: str) -> Talk:
    return encoded(mode, who).parts[Part.TRAIN][0]


def expected(mode: PersonalMode) -> tuple[list[int], list[float]]:
    """Ids and weights turn by turn, as the rule says them."""
    share = {"you": 1.0 if mode is PersonalMode.ME else OTHERS_WEIGHT, "wren": 1.0}
    ids, weights = [], []
    for who, text, weight in CHAT:
        tokens = T.encode(text)
        ids += [T.role(USER if who == "you" else BOT), *tokens, EOT]
        weights += [0.0, *[weight * share[who]] * (len(tokens) + 1)]
    return [*ids, END], [*weights, 0.0]


@pytest.mark.parametrize(("mode", "who"), [(PersonalMode.ME, "you"), (PersonalMode.PERSON, "wren"),
                                           (PersonalMode.INSTANT, "wren")])
def test_both_keep_their_roles_and_every_message_its_weight(mode: PersonalMode, who: str) -> None:
    talk = talk_of(mode, who)
    ids, weights = expected(mode)
    assert talk.ids.tolist() == ids
    assert np.allclose(talk.weights, weights)
    own = [text for speaker, text, weight in CHAT if speaker == who and weight]
    assert [T.decode(talk.ids[a:b].tolist()) for a, b in talk.own_turns()] == own
    talks = encoded(mode, who)
    assert talks.counts["own_messages"] == len(own) == talks.own_turn_count(Part.TRAIN)


def test_a_base_that_chats_in_other_roles_keeps_them() -> None:
    cast = own_chats_cast(PersonalMode.PERSON, {"user": "<a>", "bot": "<author03>"})
    assert (cast.own, cast.others, cast.is_new_voice) == ("<author03>", ("<a>",), False)
    assert cast.chat_roles == {"user": "<a>", "bot": "<author03>"}


def test_a_session_in_which_nothing_counts_is_left_out() -> None:
    plain = Session("c", tuple(SpeechTurn(who, "no", 0.0, who, 0.0, 1.0 if who == "you" else 0.0)
                               for who in ("you", "wren", "you")))
    talks = encode_talks(T, [(Part.TRAIN, plain), (Part.TRAIN, session())], frozenset({"wren"}),
                         own_chats_cast(PersonalMode.PERSON, {}), is_generated)
    assert len(talks.parts[Part.TRAIN]) == 1 and talks.counts["messages"] == 10 and talks.counts["own_messages"] == 2


def test_a_liked_reply_that_was_said_unrated_before_still_counts() -> None:
    said = "i like the sea and the sun and the rain"
    turns = tuple(SpeechTurn("wren", said, 0.0, "wren", 0.0, weight) for weight in (0.0, 2.0, 2.0))
    talk = encode_talks(T, [(Part.TRAIN, Session("c", turns))], frozenset({"wren"}),
                        own_chats_cast(PersonalMode.PERSON, {})).parts[Part.TRAIN][0]
    assert [float(talk.weights[a:b].max()) for a, b in talk.own_turns()] == [2.0, 0.0]


def test_recitation_is_looked_for_in_words_of_people_only() -> None:
    texts = texts_of(T, encoded(PersonalMode.ME, "you").parts[Part.TRAIN])
    assert texts == ["do you like the sea?", "no", "ok", "the rain", "the tea"]


def test_prompts_give_each_turn_to_who_said_it_and_ask_only_for_replies_that_count() -> None:
    talk = talk_of(PersonalMode.PERSON, "wren")
    prompts = prompts_of(T, [talk], PersonalMode.PERSON)
    assert [prompt.real for prompt in prompts] == ["the sun", "the rain"]
    assert [(turn.role, turn.text) for turn in prompts[0].turns] == [
        (Role.USER, "do you like the sea?"), (Role.BOT, "yes"), (Role.USER, "no")]
    asked = prompts_of(T, [talk_of(PersonalMode.ME, "you")], PersonalMode.ME)
    assert [(prompt.before, prompt.real) for prompt in asked] == [
        (("do you like the sea?",), "yes"), (("no",), "the sun"), (("ok",), "the rain")]


def test_only_what_counts_is_measured_and_remembered() -> None:
    from chatbot.engine.stepping import StepNetwork
    from chatbot.training.held_out import ForwardScorer
    talk, model = talk_of(PersonalMode.INSTANT, "wren"), tiny_network()
    assert len(own_turns(ForwardScorer(model, T, torch.float32), T, [talk]).nats) == 2
    copyable = torch.tensor([not special for special in T.is_special])
    places = own_places(StepNetwork(model, copyable, "float32"), T, [talk])
    assert places.after.tolist() == [*T.encode("the sun"), EOT, *T.encode("the rain"), EOT]


# ---- the loss

def tuner_for(talk: Talk, replay: Talk | None = None) -> FineTuner:
    length = len(talk.ids)
    plan = replace(make_plan(length, has_replay=replay is not None), streams=1, steps=1, window=length,
                   replay_streams=int(replay is not None), dropout=0.0, weight_drop=0.0)
    return FineTuner(plan, FullTuning(tiny_network(), None), TalkStreams([talk], 1, END, 1),
                     TalkStreams([replay], 1, END, 1) if replay is not None else None,
                     torch.tensor([not special for special in T.is_special]), torch.float32)


def nats_by_hand(talk: Talk) -> list[float]:
    """-log p of every token of the talk, one forward pass, no tuner."""
    model = tiny_network()
    ids = torch.tensor([END, *talk.ids.tolist()]).unsqueeze(1)
    segments = torch.ones(len(talk.ids), 1, dtype=torch.int64)
    with torch.no_grad():
        chances, _ = model(ids[:-1], ids[1:], segments, torch.tensor([not special for special in T.is_special]),
                           model.blank_state(1), 0.0)
    return [-float(value) for value in chances[:, 0]]


@pytest.mark.parametrize(("mode", "who"), [(PersonalMode.ME, "you"), (PersonalMode.PERSON, "wren")])
def test_the_loss_weighs_every_message_as_by_hand(mode: PersonalMode, who: str) -> None:
    """An edited reply counts three times a message of the user (mode me), a plain or copied one not at all."""
    talk = talk_of(mode, who)
    nats, place, weighted, total = nats_by_hand(talk), 0, 0.0, 0.0
    for speaker, text, weight in CHAT:
        share = OTHERS_WEIGHT if mode is PersonalMode.PERSON and speaker == "you" else 1.0
        count = len(T.encode(text)) + 1  # its words and the end of the turn; its role token counts nothing
        weighted += weight * share * sum(nats[place + 1:place + 1 + count])
        total += weight * share * count
        place += 1 + count
    assert total > _LEAST_WEIGHT * len(talk.ids)
    assert tuner_for(talk).one_step() == pytest.approx(weighted / total, rel=1e-4)


def test_the_weights_reach_the_gradient() -> None:
    """The loss that is stepped on is the weighted mean, its replay share apart; a floor keeps sparse windows small."""
    talk = talk_of(PersonalMode.PERSON, "wren")
    tuner = tuner_for(talk)
    chances = torch.linspace(-5.0, -1.0, len(talk.ids)).unsqueeze(1)
    weights = torch.from_numpy(talk.weights).unsqueeze(1)
    by_hand = math.fsum(-c * w for c, w in zip(chances[:, 0].tolist(), talk.weights.tolist(), strict=True))
    reported, loss = tuner._loss(chances, weights)
    assert reported == pytest.approx(by_hand / math.fsum(talk.weights.tolist()), rel=1e-5)
    assert float(loss) == pytest.approx(reported, rel=1e-5)
    sparse = torch.zeros_like(weights)
    sparse[3] = 2.0
    _, loss = tuner._loss(chances, sparse)
    assert float(loss) == pytest.approx(-2.0 * float(chances[3]) / max(2.0, _LEAST_WEIGHT * len(talk.ids)), rel=1e-5)


def test_replay_keeps_its_share_beside_heavy_messages() -> None:
    talk = talk_of(PersonalMode.ME, "you")
    base = Talk(talk.ids, np.ones(len(talk.ids), dtype=np.float32), talk.is_own)
    tuner = tuner_for(talk, base)
    chances = torch.stack([torch.full((len(talk.ids),), -4.0), torch.full((len(talk.ids),), -2.0)], dim=1)
    weights = torch.from_numpy(np.stack([talk.weights, base.weights], axis=1))
    _, loss = tuner._loss(chances, weights)
    assert float(loss) == pytest.approx((1 - REPLAY_SHARE) * 4.0 + REPLAY_SHARE * 2.0, rel=1e-5)
