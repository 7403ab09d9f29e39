"""Sessions, turns, and the split by time."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.chatlogs.records import LogMessage
from chatbot.chatlogs.sessions import Part, Session, SessionOptions, plan_split, sessions

HOUR = 3600.0
MESSAGES = st.lists(st.tuples(st.floats(0, 40 * HOUR), st.sampled_from("AB"), st.sampled_from(["x", "y z", "w"])),
                    max_size=60)


def messages(entries: list[tuple[float, str, str]], conversation: str = "c") -> list[LogMessage]:
    return [LogMessage(time, speaker, text, speaker, conversation) for time, speaker, text in entries]


def test_joined_split_and_masked() -> None:
    log = messages([(0, "A", "hi"), (60, "A", "you there?"), (120, "B", "yes, a@b.example"),
                    (10 * HOUR, "A", "morning")])
    found = list(sessions(log))
    assert [[(turn.speaker, turn.text, turn.time, turn.last_time) for turn in session.turns] for session in found] == [
        [("A", "hi\nyou there?", 0, 60), ("B", "yes, [email]", 120, 120)], [("A", "morning", 10 * HOUR, 10 * HOUR)]]
    assert found[1].start == 10 * HOUR and found[0].speaker_ids == {"A", "B"}


def test_only_messages_of_one_weight_are_joined() -> None:
    """Else what must not be learned would be learned with what should."""
    log = [LogMessage(60.0 * i, "A", text, "A", "c", weight)
           for i, (text, weight) in enumerate([("a", 0.0), ("b", 0.0), ("c", 2.0), ("d", 1.0), ("e", 1.0)])]
    turns = next(sessions(log)).turns
    assert [(turn.text, turn.weight) for turn in turns] == [("a\nb", 0.0), ("c", 2.0), ("d\ne", 1.0)]


def test_options_are_obeyed() -> None:
    log = messages([(0, "A", "hi"), (60, "A", "a@b.example"), (3 * HOUR, "B", "yes")])
    found = list(sessions(log, SessionOptions(gap_seconds=HOUR, is_joining=False, private_data=None)))
    assert [[turn.text for turn in session.turns] for session in found] == [["hi", "a@b.example"], ["yes"]]


def test_chats_are_never_mixed() -> None:
    log = messages([(0, "A", "one")], "c1") + messages([(1, "A", "two")], "c2")
    assert [session.conversation for session in sessions(log)] == ["c1", "c2"]


def test_hour_of_summer_time_is_no_silence_but_a_wrong_clock_is() -> None:
    log = messages([(10 * HOUR, "A", "a"), (9 * HOUR + 60, "B", "b"), (10 * HOUR, "A", "c")])
    assert len(list(sessions(log))) == 1
    assert len(list(sessions(messages([(500 * HOUR, "A", "a"), (9 * HOUR, "B", "b")])))) == 2


def test_long_session_is_cut_at_its_longest_silence() -> None:
    entries = [(number * 60.0 + (1800 if number > 150 else 0), "AB"[number % 2], "x") for number in range(300)]
    found = list(sessions(messages(entries)))
    assert [len(session.turns) for session in found] == [151, 149]


def test_without_times_a_chat_is_cut_only_by_length() -> None:
    log = [LogMessage(None, "AB"[number % 2], "x", "", "c") for number in range(450)]
    found = list(sessions(log))
    assert sum(len(session.turns) for session in found) == 450
    assert max(len(session.turns) for session in found) <= 200


@settings(max_examples=200, deadline=None)
@given(MESSAGES)
def test_nothing_is_lost_and_order_is_kept(entries: list[tuple[float, str, str]]) -> None:
    entries.sort(key=lambda entry: entry[0])
    found = list(sessions(messages(entries)))
    words = [(turn.speaker, line) for session in found for turn in session.turns for line in turn.text.split("\n")]
    assert words == [(speaker, text) for _, speaker, text in entries]
    for session in found:
        assert all(first.speaker_id != second.speaker_id for first, second in pairwise(session.turns))
        assert all(later.time - earlier.last_time <= 4 * HOUR
                   for earlier, later in pairwise(session.turns))


def make(start: float | None, turns: int, conversation: str = "c") -> Session:
    log = [LogMessage(start, "AB"[number % 2], "x", "", conversation) for number in range(turns)]
    return next(sessions(log, SessionOptions(max_turns=10_000)))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.none() | st.floats(0, 1e9), st.integers(1, 30)), min_size=3, max_size=80))
def test_split_is_by_time_and_of_the_wanted_sizes(shapes: list[tuple[float | None, int]]) -> None:
    every = [make(start, turns) for start, turns in shapes]
    split = plan_split(iter(every))
    parts: dict[Part, list[tuple[float, int]]] = {part: [] for part in Part}
    for index, (part, session) in enumerate(split.label(every)):
        parts[part].append((-1.0 if session.start is None else session.start, index))
    assert all(parts.values()), "every part has a session"
    assert max(parts[Part.TRAIN]) < min(parts[Part.VALIDATION]) <= max(parts[Part.VALIDATION]) < min(parts[Part.TEST])
    sizes = {part: sum(shapes[index][1] for _, index in found) for part, found in parts.items()}
    largest = max(turns for _, turns in shapes)
    total = sum(sizes.values())
    if total > 40 * largest:
        assert abs(sizes[Part.TRAIN] - 0.8 * total) <= largest + 1
        assert abs(sizes[Part.TEST] - 0.1 * total) <= 2 * largest + 1


def test_too_few_sessions_leave_later_parts_empty() -> None:
    assert [part for part, _ in plan_split([]).label([])] == []
    assert [part for part, _ in plan_split([make(1, 3)]).label([make(1, 3)])] == [Part.TRAIN]
    two = [make(5, 3), make(1, 3)]
    assert [part for part, _ in plan_split(two).label(two)] == [Part.VALIDATION, Part.TRAIN]
