"""Seeded generators of skill dialogues in Wren's voice, and names swapped inside ready ones.

``generate`` writes dialogues that teach what a small network learns from many variations: giving back what it was
told, small sums, spelling, days, what it is and what it cannot do. ``vary`` swaps names in a ready dialogue.
"""

from __future__ import annotations

from chatbot.training.generated.generate import DEFAULT_SHARES, generate
from chatbot.training.generated.substitution import vary

__all__ = ["DEFAULT_SHARES", "generate", "vary"]
