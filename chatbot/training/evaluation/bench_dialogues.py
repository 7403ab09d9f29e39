"""The ConvAI2 validation set as the model reads it: what is known about a speaker, then the dialogue."""

from __future__ import annotations

import json
import lzma
from dataclasses import dataclass
from pathlib import Path

from chatbot.engine.roles import END, END_OF_TURN, FACTS, SPEAKER_A, SPEAKER_B
from chatbot.engine.tokenizer import Tokenizer
from chatbot.training.evaluation.setup import EvaluationError

FILE = Path("bench") / "convai2_valid.jsonl.xz"


@dataclass(frozen=True, slots=True)
class BenchDialogue:
    """One dialogue. ``persona`` describes the speaker of the even turns, who is the one the model plays."""

    turns: tuple[str, ...]
    persona: tuple[str, ...]

    @property
    def answers(self) -> tuple[str, ...]:
        """The turns that the model is measured on."""
        return self.turns[::2]


def read_convai2(corpus: Path) -> list[BenchDialogue]:
    """All dialogues in file order; ``EvaluationError`` if the file is missing or broken."""
    path = corpus / FILE
    try:
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            records = [json.loads(line) for line in lines]
        return [BenchDialogue(tuple(record["turns"]), tuple(record["persona"]["A"])) for record in records]
    except (OSError, EOFError, lzma.LZMAError, ValueError, KeyError, TypeError) as error:
        raise EvaluationError(f"The ConvAI2 validation set {path} cannot be read ({error!r}).") from error


class BenchLayout:
    """Dialogues as token ids, in the layout of training: ``<end> <facts> persona <eot>``, then turns.

    The speaker who is described is ``<b>``, as everywhere in the training text, also where that speaker begins.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._end_of_turn = tokenizer.role(END_OF_TURN)

    def opening(self, dialogue: BenchDialogue) -> list[int]:
        """Everything before the first turn."""
        facts = [token for line in dialogue.persona for token in self._tokenizer.encode(line)]
        return [self._tokenizer.role(END), self._tokenizer.role(FACTS), *facts, self._end_of_turn]

    @property
    def answering(self) -> int:
        """The token that begins a turn of the described speaker."""
        return self._tokenizer.role(SPEAKER_B)

    def turn(self, number: int, text: str) -> list[int]:
        """Turn ``number`` with its speaker and its end."""
        speaker = self.answering if number % 2 == 0 else self._tokenizer.role(SPEAKER_A)
        return [speaker, *self._tokenizer.encode(text), self._end_of_turn]
