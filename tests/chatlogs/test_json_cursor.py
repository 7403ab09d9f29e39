"""The JSON cursor against the standard library: any document, cut into any pieces."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.chatlogs.json_cursor import JsonCursor
from chatbot.chatlogs.problems import BrokenJson, ValueTooLarge

DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4), max_leaves=12)


def cut(text: str, size: int) -> Iterator[str]:
    return iter([text[start:start + size] for start in range(0, len(text), size)])


def walked(cursor: JsonCursor) -> object:
    """Decode by walking into every container."""
    kind = cursor.kind()
    if kind == "object":
        return {key: walked(cursor) for key in cursor.members()}
    if kind == "array":
        return [walked(cursor) for _ in cursor.elements()]
    return cursor.value()


@settings(max_examples=200, deadline=None)
@given(DOCUMENTS, st.integers(1, 40), st.sampled_from([None, 1]), st.booleans())
def test_walking_equals_decoding(document: object, size: int, indent: int | None, is_ascii: bool) -> None:
    text = json.dumps(document, indent=indent, ensure_ascii=is_ascii)
    assert walked(JsonCursor(cut(text, size))) == document
    assert JsonCursor(cut(text, size)).value() == document


@settings(max_examples=300, deadline=None)
@given(st.lists(DOCUMENTS, min_size=1, max_size=6), st.integers(1, 40), st.integers(0, 5))
def test_what_is_not_read_is_skipped(documents: list[object], size: int, wanted: int) -> None:
    cursor = JsonCursor(cut(json.dumps(documents), size))
    found = [cursor.value() for index in cursor.elements() if index == wanted % len(documents)]
    assert found == [documents[wanted % len(documents)]]
    assert cursor.kind() == "end"


@settings(max_examples=80, deadline=None)
@given(st.lists(st.dictionaries(st.text(max_size=5), DOCUMENTS, max_size=3), min_size=1, max_size=4),
       st.integers(1, 30))
def test_half_read_containers_are_left(documents: list[dict[str, object]], size: int) -> None:
    cursor = JsonCursor(cut(json.dumps(documents), size))
    firsts = []
    for _ in cursor.elements():
        for key in cursor.members():
            firsts.append(key)
            break
    assert firsts == [next(iter(document)) for document in documents if document]


def test_a_brace_within_the_cut_string_closes_nothing() -> None:
    cursor = JsonCursor(cut('[{"a": "b}', 1))
    with pytest.raises(BrokenJson) as caught:
        for _ in cursor.elements():
            cursor.value()
    assert caught.value.is_truncated


@settings(max_examples=300, deadline=None)
@given(st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=9), min_size=1, max_size=3), min_size=1,
                max_size=5),
       st.floats(0, 1), st.integers(1, 50))
def test_cut_file_gives_what_was_whole(documents: list[dict[str, str]], share: float, size: int) -> None:
    text = json.dumps(documents)
    text = text[:1 + int(share * (len(text) - 2))]
    cursor = JsonCursor(cut(text, size))
    found = []
    with pytest.raises(BrokenJson) as caught:
        for _ in cursor.elements():
            found.append(cursor.value())
    assert found == documents[:len(found)]
    assert caught.value.is_truncated


@pytest.mark.parametrize("text", ['{"a" 1}', '{"a": }', "[1 2]", "[1,]x", '{"a": 1,, "b": 2}', '{1: 2}', "[tru]",
                                  '["\\x"]',
                                  "[" * 5000, '{"a":' * 5000, "]", "", "[1, nope]"])
def test_damage_is_one_sentence(text: str) -> None:
    cursor = JsonCursor(cut(text, 7))
    with pytest.raises(BrokenJson) as caught:
        walked_flat(cursor)
    assert str(caught.value).endswith(".")


def walked_flat(cursor: JsonCursor) -> None:
    if cursor.kind() == "array":
        for _ in cursor.elements():
            cursor.value()
        if cursor.kind() != "end":
            cursor.value()
    elif cursor.kind() == "object":
        for _ in cursor.members():
            cursor.value()
    else:
        cursor.value()


def test_deep_nesting_is_skipped_without_recursion() -> None:
    deep = "[" * 100_000 + "]" * 100_000
    cursor = JsonCursor(cut('{"deep": ' + deep + ', "after": 7}', 1000))
    assert {key: cursor.value() for key in cursor.members() if key == "after"} == {"after": 7}


def test_value_over_the_limit_is_refused_and_can_be_skipped() -> None:
    cursor = JsonCursor(cut(json.dumps({"picture": "x" * 5000, "text": "hi"}), 100))
    found = {}
    for key in cursor.members():
        try:
            found[key] = cursor.value(limit=1000)
        except ValueTooLarge:
            found[key] = None
    assert found == {"picture": None, "text": "hi"}


def test_memory_does_not_grow_with_the_file() -> None:
    def pieces() -> Iterator[str]:
        yield '{"avatar": "'
        for _ in range(200):
            yield "A" * 100_000
        yield '", "messages": ['
        for number in range(20_000):
            yield json.dumps({"id": number, "text": "hello " * 20}) + ","
        yield '{"id": -1}]}'

    tracemalloc.start()
    cursor = JsonCursor(pieces())
    count = 0
    for key in cursor.members():
        if key == "messages":
            for _ in cursor.elements():
                assert "id" in cursor.value()
                count += 1
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 20_001
    assert peak < 3_000_000
