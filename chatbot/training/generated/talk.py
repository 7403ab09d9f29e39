"""A dialogue while it is being written."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from chatbot.training.corpus import Document
from chatbot.training.generated.grammar import Values, fill, spoken
from chatbot.training.generated.style import Style, sentence_case

SOURCE = "generated"


class Talk:
    """Turns so far, the dialogue's values and the way its user types. The user begins; turns alternate."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.values = Values(rng)
        self.style = Style(rng)
        self.turns: list[str] = []
        self.used: set[int] = set()
        """Which small talk was used already, so that nobody yawns twice."""

    def user(self, sentence: str) -> None:
        """Add the user's turn, typed in the user's way."""
        assert len(self.turns) % 2 == 0, "the user speaks after Wren"
        self.turns.append(self.style.typed(spoken(sentence, self.values)))

    def wren(self, sentence: str) -> None:
        """Add Wren's turn."""
        assert len(self.turns) % 2 == 1, "Wren answers the user"
        self.turns.append(sentence_case(fill(sentence, self.values)))

    def exchange(self, block: Mapping[str, Sequence[str]], user: str = "U", wren: str = "B") -> None:
        """One of the block's user lines and one of its answers."""
        self.user(self.rng.choice(block[user]))
        self.wren(self.rng.choice(block[wren]))

    def topic(self, block: Mapping[str, Sequence[str]], going_on: float = 0.5) -> None:
        """An exchange of the block and, by this chance, the one that follows it (``U2`` and ``B2``)."""
        self.exchange(block)
        if "U2" in block and self.rng.random() < going_on:
            self.exchange(block, "U2", "B2")

    def given(self, turns: Sequence[str]) -> None:
        """Add turns that are written already, the user's first."""
        self.turns.extend(turns)

    def document(self) -> Document:
        """What was said, as training text."""
        return Document(SOURCE, SOURCE, tuple(self.turns), tuple(n % 2 for n in range(len(self.turns))),
                        is_own_voice=True)
