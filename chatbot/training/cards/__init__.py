"""Question cards: fixed questions with known answers, kept out of training, that measure what a model can do.

``memory``: something is told, up to twelve turns go by, and it is asked for. ``self``: questions about Wren itself.
``knowledge``: colours, opposites, small sums, days, animals. ``read_card`` reads one, ``score_card`` runs an engine
through it.
"""

from __future__ import annotations

from chatbot.training.cards.reader import (CARD_NAMES, CardItem, is_on_a_card, is_passed, normalised, parse_card,
                                           read_card, wordings)
from chatbot.training.cards.scoring import CardResult, CardScore, ItemRecord, score_card
from chatbot.training.cards.wilson import wilson_interval

__all__ = ["CARD_NAMES", "CardItem", "CardResult", "CardScore", "ItemRecord", "is_on_a_card", "is_passed", "normalised",
           "parse_card", "read_card", "score_card", "wilson_interval", "wordings"]
