"""Talk of other people to stand between telling and asking: its words are in no generated dialogue.

A model that has only practised on its own small talk looks for the answer in whatever else is said.
"""

from __future__ import annotations

import random
import re
from pathlib import Path

from chatbot.training.corpus import OWN_SOURCE, Document, read_group

GROUP_FILE = "chat.jsonl.xz"
_LONGEST_TURN = 120
"""Characters."""
_EXCHANGES = (1, 1, 2)
_SETS_FACTS = re.compile(r"\b(my|our|I live|I work|I play|I have|I'm from|I am from)\b", re.IGNORECASE)
"""What would compete with what the user of the dialogue tells."""
_SPEAKS_OF_ITSELF = re.compile(r"\b(I|me|we|us|mine)\b", re.IGNORECASE)
"""What a person may say, and a program that is one of the speakers should not."""


def excerpts(corpus: Path, most: int, seed: int) -> list[Document]:
    """Up to ``most`` stretches of one or two exchanges out of the chats of people, in an order of their own.

    None where the corpus has no such chats. What tells of its speaker is left out.
    """
    path = corpus / "train" / GROUP_FILE
    if not path.exists():
        return []
    rng = random.Random(seed)
    found = [excerpt for document in read_group(path) if (excerpt := _excerpt(document, rng)) is not None]
    rng.shuffle(found)
    return found[:most]


def _excerpt(document: Document, rng: random.Random) -> Document | None:
    """A part of a chat, as if the second speaker of it were the program."""
    length = 2 * rng.choice(_EXCHANGES)
    if document.is_prose or len(document.turns) < length + 2:
        return None
    start = rng.randrange(1, len(document.turns) - length)
    turns = tuple(" ".join(turn.split()) for turn in document.turns[start:start + length])
    if any(not turn or len(turn) > _LONGEST_TURN or _SETS_FACTS.search(turn) for turn in turns):
        return None
    if any(_SPEAKS_OF_ITSELF.search(turn) for turn in turns[1::2]):
        return None
    if rng.random() < 0.5:  # as somebody types who does not care for capitals
        turns = tuple(turn[:1].lower() + turn[1:] if number % 2 == 0 else turn for number, turn in enumerate(turns))
    return Document(OWN_SOURCE, OWN_SOURCE, turns, tuple(number % 2 for number in range(length)), is_own_voice=True)
