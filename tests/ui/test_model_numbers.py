"""Numbers of a model in words: order, units, and names nobody knows."""

from __future__ import annotations

import pytest

from chatbot.ui.model_numbers import ShownNumber, shown_numbers
from tests.ui.plain_looks import plain_looks, speak  # noqa: F401 - a fixture

pytestmark = pytest.mark.usefixtures("plain_looks")


def lines(**quality: float) -> list[tuple[str, str]]:
    return [(line.label, line.value) for line in shown_numbers(
        (name.replace("__", "."), value) for name, value in quality.items())]


def test_the_telling_numbers_come_first_with_their_units(qapp):
    assert lines(heldout__prose__bits_per_byte=1.8213, heldout__overall__perplexity=70.614, card__memory=0.3235,
                 dialogue__generic_rate=0.0016, dialogue__replies=639.0) == [
        ("Recalls what it was told", "32 %"), ("Perplexity per word, all text", "70.61"),
        ("Replies that would fit anything", "0.2 %"), ("Replies measured", "639"),
        ("Bits per byte, non-fiction", "1.821")]


def test_changes_have_their_sign(qapp):
    assert lines(own__change_percent=-23.4, base__drift_percent=1.42, own__change_high_percent=0.0) == [
        ("Perplexity of the person's own messages, change", "\N{MINUS SIGN}23 %"),
        ("Perplexity of general text, change", "+1.4 %"), ("Change, upper end of the 95 % interval", "0.0 %")]


@pytest.mark.parametrize("name", ["mmlu", "heldout.poetry.perplexity", "heldout.chat.accuracy", "card.law", "heldout",
                                  "heldout..perplexity", "heldout.%n{0}.perplexity"])
def test_unknown_names_stand_last_and_as_they_are(qapp, name):
    known, unknown = shown_numbers([(name, 0.123456), ("card.self", 0.5)])
    assert known == ShownNumber("Sensible answers about itself", "50 %")
    assert unknown == ShownNumber(name, "0.1235", is_known=False)


def test_every_number_the_program_itself_writes_is_known(qapp):
    from chatbot.catalog.registry import Registry
    from chatbot.paths import bundled_models
    from chatbot.training.personal.packaging import quality_numbers
    from tests.fakes.fake_personal import result
    names = {*quality_numbers(result())}
    for model in Registry([bundled_models()]).list():
        names |= model.package.manifest.quality.keys()
    assert len(names) > 40
    assert [line.label for line in shown_numbers((name, 1.0) for name in names) if not line.is_known] == []


def test_in_chinese(qapp):
    speak(qapp, "zh_CN")
    [line] = shown_numbers([("heldout.chat.perplexity", 34.5)])
    assert line.value == "34.5"
    assert not any(character.isascii() and character.isalpha() for character in line.label), line.label
