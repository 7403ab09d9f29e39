"""The role tokens: who speaks, where a turn and a conversation end.

They are control symbols of the tokenizer: no text that a person types can ever produce one.
"""

from __future__ import annotations

from collections.abc import Mapping

END = "<end>"
"""Ends a conversation or a text; a new conversation starts from the state after it."""
END_OF_TURN = "<eot>"
USER = "<user>"
BOT = "<bot>"
"""The program's own voice, and nobody else's."""
SPEAKER_A = "<a>"
SPEAKER_B = "<b>"
"""Two neutral human speakers, for dialogues between other people."""
TEXT = "<text>"
"""Prose without speakers."""
FACTS = "<facts>"
"""What is known about the second speaker (a persona), before the dialogue."""
AUTHORS = tuple(f"<author{number:02d}>" for number in range(64))
"""Spare speakers: base training lends them to random people, a personal model takes a fresh one."""

ROLE_TOKENS = (END, END_OF_TURN, USER, BOT, SPEAKER_A, SPEAKER_B, TEXT, FACTS, *AUTHORS)


def speaks_as_another(roles: Mapping[str, str]) -> bool:
    """Whether a model with these ``roles`` of its package speaks in another voice than the program's own."""
    return roles.get("bot", BOT) != BOT
