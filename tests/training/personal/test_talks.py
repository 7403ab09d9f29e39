"""Sessions become tokens with the right speakers, weights and marks of ownership."""

from __future__ import annotations

import numpy as np

from chatbot.chatlogs.sessions import Part, Session, SpeechTurn
from chatbot.core.personal import PersonalMode
from chatbot.training.personal.talks import OTHERS_WEIGHT, PASTED_TOKENS, Talk, cast_for, encode_talks, with_own_token
from tests.engine.tiny import tiny_tokenizer

T = tiny_tokenizer()


def turn(speaker: str, text: str, time: float | None = 0.0, weight: float = 1.0) -> SpeechTurn:
    return SpeechTurn(speaker, text, time, speaker, time, weight)


def encoded(*turns: SpeechTurn, mode: PersonalMode = PersonalMode.PERSON) -> Talk:
    talks = encode_talks(T, [(Part.TRAIN, Session("c", turns))], frozenset({"Kim"}), cast_for(mode))
    return talks.parts[Part.TRAIN][0]


def test_one_session_token_by_token() -> None:
    talk = encoded(turn("Robin", "do you like the sea?"), turn("Kim", "yes"), turn("Robin", "ok"))
    first, yes, ok = (T.encode(text) for text in ("do you like the sea?", "yes", "ok"))
    eot = T.role("<eot>")
    assert talk.ids.tolist() == [T.role("<a>"), *first, eot, T.role("<author00>"), *yes, eot, T.role("<a>"), *ok, eot,
                                 T.role("<end>")]
    own = [False] * (len(first) + 3) + [True] * (len(yes) + 1) + [False] * (len(ok) + 3)
    assert talk.is_own.tolist() == own
    others = np.float32(OTHERS_WEIGHT)
    expected = [0, *[others] * (len(first) + 1), 0, *[1] * (len(yes) + 1), 0, *[others] * (len(ok) + 1), 0]
    assert talk.weights.tolist() == expected


def test_own_turns_are_found_and_decode_to_what_was_said() -> None:
    talk = encoded(turn("Kim", "yes"), turn("Robin", "no"), turn("Kim", "the sea"))
    assert [T.decode(talk.ids[a:b].tolist()) for a, b in talk.own_turns()] == ["yes", "the sea"]


def test_in_mode_me_the_person_is_the_user_and_nobody_is_the_bot() -> None:
    talk = encoded(turn("Robin", "no"), turn("Kim", "yes"), mode=PersonalMode.ME)
    assert T.role("<user>") in talk.ids and T.role("<bot>") not in talk.ids and T.role("<a>") in talk.ids


def test_people_of_a_group_are_told_apart_and_a_crowd_does_not_run_out() -> None:
    names = [f"person {i}" for i in range(60)]
    talk = encoded(*[turn(name, "no") for name in names], turn("Kim", "yes"), turn(names[0], "ok"))
    roles = [token for token in talk.ids.tolist() if T.is_special[token] and token not in (T.role("<eot>"),
                                                                                          T.role("<end>"))]
    assert len(set(roles[:30])) == 30 and roles[-1] == roles[0]
    assert roles.count(T.role("<author00>")) == 1


def test_pasted_and_repeated_text_is_read_but_not_learned() -> None:
    long = "the sea and the rain and " * 90
    talk = encoded(turn("Kim", long), turn("Robin", "no"), turn("Kim", "yes"))
    (start, stop), (second, end) = talk.own_turns()
    assert stop - start == PASTED_TOKENS + 1 and not talk.weights[start:stop].any()
    assert talk.weights[second:end].all()
    said = "i like the sea and the sun and the rain"
    talk = encoded(turn("Kim", said), turn("Robin", "no"), turn("Kim", said.upper().lower()), turn("Robin", "no"),
                   turn("Kim", "yes"), turn("Robin", "no"), turn("Kim", "yes"))
    assert [bool(talk.weights[a:b].all()) for a, b in talk.own_turns()] == [True, False, True, True]


def test_the_weight_of_a_message_counts() -> None:
    talk = encoded(turn("Robin", "no"), turn("Kim", "yes", weight=2.0), turn("Robin", "no"),
                   turn("Kim", "ok", weight=0.0))
    assert [(float(talk.weights[a:b].min()), float(talk.weights[a:b].max())) for a, b in talk.own_turns()] == [(2, 2)]
    assert talk.weights[talk.ids.tolist().index(T.role("<author00>"), 5):].max() == 0.0  # the last turn: read only


def test_sessions_without_the_person_are_counted_and_left_out_and_the_rest_is_in_order_of_time() -> None:
    sessions = [(Part.TRAIN, Session("c", (turn("Robin", "no", 1.0), turn("Ada", "yes", 2.0)))),
                (Part.TRAIN, Session("b", (turn("Robin", "no", 9.0), turn("Kim", "the sea", 9.0)))),
                (Part.TRAIN, Session("a", (turn("Robin", "no", 5.0), turn("Kim", "the sun", 5.0))))]
    talks = encode_talks(T, sessions, frozenset({"Kim"}), cast_for(PersonalMode.PERSON))
    assert talks.counts == {"messages": 6, "own_messages": 2, "sessions": 2, "people": 3}
    texts = [T.decode(talk.ids[slice(*talk.own_turns()[0])].tolist()) for talk in talks.parts[Part.TRAIN]]
    assert texts == ["the sun", "the sea"]
    assert talks.own_turn_count(Part.TRAIN) == 2 and talks.own_turn_count(Part.TEST) == 0


def test_the_fingerprint_changes_with_the_words() -> None:
    def fingerprint(text: str) -> str:
        sessions = [(Part.TRAIN, Session("c", (turn("Robin", "no"), turn("Kim", text))))]
        return encode_talks(T, sessions, frozenset({"Kim"}), cast_for(PersonalMode.PERSON)).fingerprint()
    assert fingerprint("yes") == fingerprint("yes") != fingerprint("no")


def test_another_own_token_changes_only_that() -> None:
    talk = encoded(turn("Robin", "no"), turn("Kim", "yes"))
    old, new = T.role("<author00>"), T.role("<b>")
    changed = with_own_token([talk], old, new)[0]
    assert changed.ids.tolist() == [new if token == old else token for token in talk.ids.tolist()]
    assert changed.ids.dtype == np.uint16
