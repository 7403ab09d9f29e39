"""Every reader meets thousands of damaged files: it may refuse with one sentence, and nothing else may happen.

A case is an example file with up to four mutations. One draw of Hypothesis holds the entropy of many cases, since
drawing costs more than reading. CHATLOGS_FUZZ_CASES=100000 makes the run long.
"""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chatbot.chatlogs.context import ReadContext
from chatbot.chatlogs.formats import FORMATS, JSON_FORMATS, Format, find_format
from chatbot.chatlogs.reading import read_log
from chatbot.chatlogs.records import LogMessage, ReadOptions, SkipReason
from chatbot.chatlogs.sample import Sample
from chatbot.chatlogs.sources import bytes_source
from chatbot.core.errors import ImportProblem
from tests.chatlogs.reading_steps import DATA, NOW
from tests.chatlogs.test_formats import EXAMPLES

CASES = int(os.environ.get("CHATLOGS_FUZZ_CASES", "2000"))
CASES_PER_DRAW = 50
BYTES_PER_MUTATION = 4
MUTATIONS = 3
BYTES_PER_CASE = MUTATIONS * BYTES_PER_MUTATION

SEEDS = {candidate.id: [(DATA / name).read_bytes() for name, parts in EXAMPLES.items() if parts[0] == candidate.id]
         for candidate in FORMATS}
PAYLOADS = (
    b"\0", b"\0\0\0\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xfe\xff", b"\x80\x81\xfe", b"\xc3", b"\xe2\x80", b"\r",
    b"\r\n\r\n",
    b"\n", b"\t", b" ", b'"', b"'", b"\\", b"{", b"}", b"[", b"]", b":", b": ", b",", b"<", b">", b"&lt;",
    b"&#99999999;",
    b"null", b"true", b"-1", b"1e999", b"NaN", b"[]", b"{}", b'""', b"[[[[[[", b'{"a":' * 40, b"\\ud83d", b"\\u0000",
    b"\\x",
    "\u200f\u202e\u200e".encode(), "\u202f".encode(), "٣١".encode(), "é".encode("latin-1"), "𝔘𝔫𝔦".encode(), b"9" * 30,
    b"31/12/2023, 23:59 - X: y\n", b"[31/12/2023, 23:59:59] X: y\n", b"2024-02-30 25:61:61", b"> quote\n",
    b"PK\x03\x04",
    b"A: b\n", b"a" * 300, b"%s%n{0}", b"../../etc/passwd", b"user123", b"\x1b[31m", b"\x7f", b"\xf0\x9f\x98",
)


def mutated(seed: bytes, entropy: bytes) -> bytes:
    """``seed`` after up to ``MUTATIONS`` changes, each told by four bytes: what, where, how long, with what."""
    data = seed
    for start in range(0, BYTES_PER_CASE, BYTES_PER_MUTATION):
        what, where, length, which = entropy[start:start + BYTES_PER_MUTATION]
        at = where * 257 % (len(data) + 1)
        payload = PAYLOADS[which % len(PAYLOADS)]
        until = min(len(data), at + 1 + length % 64)
        if what < 90:
            data = data[:at] + payload + data[at:]
        elif what < 150:
            data = data[:at] + payload + data[until:]
        elif what < 180:
            data = data[:at] + data[until:]
        elif what < 205:
            data = data[:at]
        elif what < 225:
            data = data[:until] + data[at:]
        elif what < 235:
            lines = data.split(b"\n")
            data = b"\n".join(lines[length % len(lines):] + lines[:length % len(lines)])
        elif what < 240:
            data = data.decode("utf-8", "replace").encode("utf-16")
        elif what < 245:
            data = data.decode("utf-8", "replace").encode("latin-1", "replace")
        elif what < 248:
            data = payload * (length + 1)
    return data


ODD_VALUES = (None, True, False, 0, -1, 1.5, 1e308, 10**30, float("nan"), "", "x", " ", "\ud800", "9" * 400, "\0", [],
              {},
              [None], [[]], {"a": 1}, [{"text": []}], "2024-01-01T00:00:00", 1700000000, "1700000000000",
              {"id": {"id": {}}})


def with_odd_values(document: object, entropy: bytes) -> object:
    """A JSON document in which some values, anywhere, are replaced by others of any type; or a key is gone."""
    for start in range(0, BYTES_PER_CASE, BYTES_PER_MUTATION):
        what, where, more, which = entropy[start:start + BYTES_PER_MUTATION]
        places = list(_places(document))
        if not places:
            return document
        container, key = places[(where * 256 + more) % len(places)]
        if what < 40 and isinstance(container, dict):
            del container[key]
        elif what < 200:
            container[key] = copy.deepcopy(ODD_VALUES[which % len(ODD_VALUES)])
    return document


def _places(value: object) -> Iterator[tuple[Any, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield value, key
        yield from _places(inner)


def check(candidate: Format, data: bytes) -> None:
    """Read ``data`` with this reader; every outcome but a refusal in one sentence is an error."""
    source = bytes_source("export", data)
    context = ReadContext(ReadOptions(now=NOW), "export")
    try:
        Sample(source)
        for message in candidate.read(source, context):
            assert type(message) is LogMessage
            time, speaker, text, speaker_id, conversation, weight = message
            assert time is None or 0 <= time < 5e9
            assert type(speaker) is str and type(text) is str and type(speaker_id) is str
            assert type(conversation) is str and weight >= 0
    except ImportProblem as problem:
        sentence = str(problem)
        assert sentence.endswith((".", "?")) and "\n" not in sentence and "Error" not in sentence
    assert all(count > 0 and reason in set(SkipReason) for reason, count in context.skipped.items() if count)
    assert all(len(line.excerpt) <= 80 and line.excerpt.isprintable() | (line.excerpt == "")
               for line in context.bad_lines)


@pytest.mark.parametrize("candidate", FORMATS, ids=[candidate.id for candidate in FORMATS])
def test_reader_survives_damage(candidate: Format) -> None:
    seeds = SEEDS[candidate.id]

    @settings(max_examples=max(1, CASES // CASES_PER_DRAW), deadline=None, database=None,
              suppress_health_check=list(HealthCheck))
    @given(st.binary(min_size=CASES_PER_DRAW * BYTES_PER_CASE, max_size=CASES_PER_DRAW * BYTES_PER_CASE))
    @example(bytes(CASES_PER_DRAW * BYTES_PER_CASE))
    def run(entropy: bytes) -> None:
        for case in range(CASES_PER_DRAW):
            part = entropy[case * BYTES_PER_CASE:(case + 1) * BYTES_PER_CASE]
            check(candidate, mutated(seeds[case % len(seeds)], part))

    run()


@pytest.mark.parametrize("candidate", JSON_FORMATS, ids=[candidate.id for candidate in JSON_FORMATS])
def test_json_reader_survives_values_of_any_type(candidate: Format) -> None:
    seeds = [seed.decode("utf-8-sig").splitlines()[0] if candidate.id == "role_content" else seed.decode("utf-8-sig")
             for seed in SEEDS[candidate.id]]

    @settings(max_examples=max(1, CASES // CASES_PER_DRAW), deadline=None, database=None,
              suppress_health_check=list(HealthCheck))
    @given(st.binary(min_size=CASES_PER_DRAW * BYTES_PER_CASE, max_size=CASES_PER_DRAW * BYTES_PER_CASE))
    def run(entropy: bytes) -> None:
        for case in range(CASES_PER_DRAW):
            part = entropy[case * BYTES_PER_CASE:(case + 1) * BYTES_PER_CASE]
            document = with_odd_values(json.loads(seeds[case % len(seeds)]), part)
            check(candidate, json.dumps(document).encode())

    run()


@pytest.mark.parametrize("candidate", FORMATS, ids=[candidate.id for candidate in FORMATS])
def test_reader_survives_the_files_of_all_others(candidate: Format) -> None:
    for seeds in SEEDS.values():
        for seed in seeds:
            check(candidate, seed)


@settings(max_examples=max(1, CASES // 10), deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.binary(min_size=BYTES_PER_CASE, max_size=BYTES_PER_CASE), st.integers(0, 10_000))
def test_damaged_files_never_fail_on_the_whole_way(tmp_path_factory: pytest.TempPathFactory, entropy: bytes,
                                                   number: int) -> None:
    """Recognising, reading, spooling, report and sessions together."""
    every = [seed for seeds in SEEDS.values() for seed in seeds]
    path = tmp_path_factory.getbasetemp() / "fuzzed"
    path.write_bytes(mutated(every[number % len(every)], entropy))
    check_whole_way(path)


@settings(max_examples=max(1, CASES // 10), deadline=None, database=None)
@given(st.one_of(st.binary(max_size=400), st.text(max_size=200).map(str.encode)))
def test_any_bytes_get_a_report_or_a_sentence(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "anything"
    path.write_bytes(data)
    check_whole_way(path)


def check_whole_way(path: Path) -> None:
    """Report adds up, or one sentence."""
    try:
        with read_log([path], ReadOptions(now=NOW)) as log:
            report = log.report
            assert report.read == report.used + sum(report.skipped.values())
            assert sum(speaker.messages for speaker in report.speakers) == report.used
            assert sum(1 for _ in log.messages()) == report.used
            if report.question is None:
                assert all(session.turns for session in log.sessions())
            report.to_dict()
    except ImportProblem as problem:
        assert str(problem).endswith(".")


@settings(deadline=None, database=None, max_examples=max(1, CASES // 10))
@given(st.binary(max_size=300))
def test_any_bytes_are_recognised_or_refused(data: bytes) -> None:
    try:
        assert find_format(Sample(bytes_source("x", data))) in FORMATS
    except ImportProblem as problem:
        assert str(problem).endswith(".")
