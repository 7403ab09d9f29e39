"""The model card: every table a Markdown reader can show, and text from a model that stays text."""

from __future__ import annotations

import re
from pathlib import Path

from chatbot.training.export import ExportedRun
from chatbot.training.model_card import Measured, model_card
from chatbot.training.recipe import load_recipe

GROUP = {"perplexity_per_word": 70.6, "bits_per_byte": 1.526, "nats_per_token": 3.6, "tokens": 417_839.0}


def card(chats: object = ((("hi | there", "<b>hello</b>"),),)) -> str:
    recipe, text = load_recipe(Path("wren-en-s.toml"))
    measured = Measured(14_510_337, {"overall": GROUP}, {"overall": GROUP}, chats,
                        {"memory": {"rate": 0.32, "low": 0.25, "high": 0.41, "items": 136.0}}, {"mean_words": 8.0})
    return model_card("small", ExportedRun(recipe, text, b"", b"", 21_000_192, 1.7), measured, "## Limits\n\n- some")


def tables(text: str) -> list[list[list[str]]]:
    """Each table as rows of cells."""
    blocks = re.findall(r"(?:^\|.*\|$\n?)+", text, re.MULTILINE)
    return [[[cell.strip() for cell in line.strip("|").split("|")] for line in block.strip().splitlines()]
            for block in blocks]


def test_every_table_has_a_heading_in_every_column_and_rows_as_wide() -> None:
    found = tables(card())
    assert len(found) == 5
    for header, rule, *rows in found:
        assert all(header), header
        assert all(re.fullmatch(r":?-+:?", cell) for cell in rule)
        assert rows
        assert {len(row) for row in rows} == {len(header)} == {len(rule)}


def test_the_first_table_names_property_and_value() -> None:
    assert tables(card())[0][:3] == [["property", "value"], ["---", "---"], ["parameters", "14,510,337"]]


def test_what_was_said_is_shown_as_it_is() -> None:
    assert r"> hi \| there" in card()
    assert r"Wren: \<b\>hello\</b\>" in card()
