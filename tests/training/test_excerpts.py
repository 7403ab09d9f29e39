"""Stretches of other people's chats as talk in between."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest

from chatbot.core.errors import TrainingError
from chatbot.training.corpus import read_held_out
from chatbot.training.excerpts import excerpts
from chatbot.training.generated import generate
from chatbot.training.generated.smalltalk import is_filler
from chatbot.training.material import small_talk

CHAT = ["Hello there.", "Hi, how are you?", "Did you see the match?", "It was a good one.", "The weather was fine too.",
        "Rain would have spoiled it.", "Which team is better?", "Hard to say, both are good.", "True.", "Bye then."]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "train").mkdir()
    (tmp_path / "wren").mkdir()
    (tmp_path / "wren" / "01_talk.txt").write_text("# a\nU: the tea is hot\nB: Let it stand for a while.\n")
    return tmp_path


def write(corpus: Path, *chats: list[str]) -> None:
    with lzma.open(corpus / "train" / "chat.jsonl.xz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps({"source": "people", "turns": chat}) + "\n" for chat in chats)


def test_they_are_whole_exchanges_out_of_the_middle(corpus: Path) -> None:
    write(corpus, *[CHAT] * 40)
    found = excerpts(corpus, 100, 1)
    assert found
    joined = "|".join(turn.lower() for turn in CHAT[1:])
    for document in found:
        assert document.is_own_voice and document.speakers == tuple(n % 2 for n in range(len(document.turns)))
        assert len(document.turns) in (2, 4) and "|".join(document.turns).lower() in joined
    assert {document.turns[0][0].islower() for document in found} == {True, False}


def test_what_tells_of_its_speaker_is_left_out(corpus: Path) -> None:
    chat = ["Hello.", "my dog is old.", "I live in Ghent.", "I like that.", "We went home.", "It pleased me."]
    write(corpus, *[chat] * 30)
    assert excerpts(corpus, 100, 1) == []


def test_long_and_short_chats_give_none(corpus: Path) -> None:
    write(corpus, ["Hello.", "Hi."], ["a b " * 60] * 12, [" "] * 12)
    assert excerpts(corpus, 100, 1) == []


def test_the_same_seed_gives_the_same_and_at_most_as_many_as_wanted(corpus: Path) -> None:
    write(corpus, *[[f"{turn} {n}" for turn in CHAT] for n in range(60)])
    assert excerpts(corpus, 7, 2) == excerpts(corpus, 7, 2) and len(excerpts(corpus, 7, 2)) == 7
    assert excerpts(corpus, 7, 3) != excerpts(corpus, 7, 2)


def test_without_such_chats_only_our_own_dialogues_stand_between(corpus: Path) -> None:
    assert excerpts(corpus, 10, 1) == []
    assert [document.turns for document in small_talk(corpus)] == [("the tea is hot", "Let it stand for a while.")]


def test_they_stand_in_generated_dialogues(corpus: Path) -> None:
    write(corpus, *[CHAT] * 40)
    between = small_talk(corpus)
    assert any(is_filler(document) for document in between)
    made = generate(3, 60, {"one_fact": 1}, small_talk=between)
    said = {turn.lower() for document in made for turn in document.turns}
    assert {"rain would have spoiled it.", "hard to say, both are good."} & said


def test_held_out_text_is_never_used(corpus: Path) -> None:
    (corpus / "heldout").mkdir()
    write(corpus, *[CHAT] * 20)
    with lzma.open(corpus / "heldout" / "chat.jsonl.xz", "wt", encoding="utf-8") as file:
        file.write(json.dumps({"source": "people", "turns": [f"secret {turn}" for turn in CHAT]}) + "\n")
    kept_out = {turn for document in read_held_out(corpus) for turn in document.turns}
    assert not any(turn in kept_out for document in excerpts(corpus, 100, 1) for turn in document.turns)


def test_a_damaged_file_is_said_to_be_damaged(corpus: Path) -> None:
    (corpus / "train" / "chat.jsonl.xz").write_bytes(b"not compressed")
    with pytest.raises(TrainingError, match=r"chat\.jsonl\.xz"):
        excerpts(corpus, 10, 1)
