"""The private-data scan: what it must find, what it must leave, and that masking is safe."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.chatlogs.checksums import is_card_number, is_iban
from chatbot.chatlogs.private_data import KINDS, find_private_data, mask_private_data, review_items
from chatbot.chatlogs.records import PrivateDataOptions


@pytest.mark.parametrize(("text", "kind"), [
    ("ann.b+x@mail.example.org", "email"), ("jürgen@straße.example", "email"), ("a_b@c-d.co.uk", "email"),
    ("+49 170 1234567", "phone"), ("0049 (0)30 123456-78", "phone"), ("(030) 123-4567", "phone"),
    ("555-123-4567", "phone"), ("0170/1234567", "phone"), ("+1 (555) 123 4567", "phone"), ("06 12 34 56 78", "phone"),
    ("4111 1111 1111 1111", "card"), ("5500-0000-0000-0004", "card"), ("378282246310005", "card"),
    ("DE89 3704 0044 0532 0130 00", "iban"), ("gb29nwbk60161331926819", "iban"),
    ("FR14 2004 1010 0505 0001 3M02 606", "iban"),
    ("https://x.example/a?b=1#c", "link"), ("www.example.org/x", "link"), ("example.com", "link"),
    ("maps.app/abc", "link"),
    ("221 Baker Street", "address"), ("Hauptstraße 12a", "address"), ("Lange Gasse 7", "address"),
    ("12 rue de la Paix", "address"), ("calle Mayor 5", "address"), ("via Roma, 12", "address"),
    ("SW1A 1AA", "address"),
    ("ул. Ленина 5", "address"), ("NY 10001", "address"),
    ("123456", "number"), ("12345678901234567890", "number"), ("12345678", "number"),
])
def test_found(text: str, kind: str) -> None:
    assert [(finding.kind, text[finding.start:finding.end]) for finding in find_private_data(text)] == [(kind, text)]
    framed = f"well, {text} ok"
    assert mask_private_data(framed) == f"well, [{kind}] ok"


@pytest.mark.parametrize("text", [
    "see you at 12:30", "on 2024-05-01", "31.12.2023", "it costs 1.000.000 euro", "1,000,000 people", "12.30-14.00",
    "in 1999-2001", "2019/2020", "call me", "e.g. this i.e. that", "ok.so what", "room 101", "100%", "3:2 for us",
    "10 000 steps", "www is old", "at@home", "@ann hello", "I like the place 5 times", "v1.2.3", "5-10 minutes", "😀",
    "the street", "12 apples", "a.b", "wow...what",
])
def test_left_alone(text: str) -> None:
    assert find_private_data(text) == []


def test_names_from_the_list() -> None:
    options = PrivateDataOptions(names=("Ann", "Bob Smith", "Müller"))
    assert mask_private_data("Ann's dog met bob smith and Anna, MÜLLER said Bob", options) == \
        "[name]'s dog met [name] and Anna, [name] said Bob"


def test_kinds_can_be_switched() -> None:
    text = "a@b.example or +49 170 1234567"
    assert mask_private_data(text, PrivateDataOptions(kinds=frozenset({"email"}))) == "[email] or +49 170 1234567"
    assert mask_private_data(text, PrivateDataOptions(kinds=frozenset())) == text


def test_review_shows_the_surroundings() -> None:
    item, = review_items([("Ann", "please write to a@b.example before noon")])
    assert (item.kind, item.found, item.before[-3:], item.after[:7], item.speaker) == (
        "email", "a@b.example", "to ", " before", "Ann")


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet="0123456789 +-()/.@:abcDE\nüßж٣", max_size=60), st.lists(st.text(max_size=8), max_size=3))
def test_findings_are_in_order_and_apart(text: str, names: list[str]) -> None:
    findings = find_private_data(text, PrivateDataOptions(names=tuple(names)))
    assert all(finding.kind in KINDS and 0 <= finding.start < finding.end <= len(text) for finding in findings)
    assert all(first.end <= second.start for first, second in pairwise(findings))


@settings(max_examples=300, deadline=None)
@given(st.integers(10**14, 10**15 - 1))
def test_luhn(number: int) -> None:
    digits = "4" + str(number)[1:]
    valid = [digits + last for last in "0123456789" if is_card_number(digits + last)]
    assert len(valid) == 1, "exactly one check digit fits"


def test_iban_needs_length_and_checksum() -> None:
    assert is_iban("DE89370400440532013000")
    assert not is_iban("DE89370400440532013001")
    assert not is_iban("DE8937040044053201300")
    assert not is_iban("XX89370400440532013000")


@pytest.mark.parametrize("text", ["1" * 50_000, "a@" * 20_000, "1 " * 20_000, "A1 " * 20_000, "rue " * 10_000,
                                  "a." * 20_000, "+" * 40_000, "12 Abc " * 5_000, "x" * 100_000 + "1",
                                  "-" * 50_000 + "1"])
def test_hostile_text_takes_no_long_time(text: str) -> None:
    import time
    started = time.process_time()
    find_private_data(text[:20_000])
    assert time.process_time() - started < 1.0
