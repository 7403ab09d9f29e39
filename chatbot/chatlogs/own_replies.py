"""How much a reply of this program's own model is worth learning from: what the user did with it decides.

A person's words are learned because the person chose them. A model chose a reply's words, so they say nothing about the
user, and a model that learns its own unsorted output only becomes more like itself: it narrows with every round
(Shumailov et al. 2024, Nature 631, doi 10.1038/s41586-024-07566-y). What makes a reply worth learning is the user's
judgement, and the weight grows with how much of the user is in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class ReplyKind(StrEnum):
    """What the user made of a reply. Replies that were passed over for another version never get this far."""

    EDITED = "edited"
    """The user put own words in the reply's place."""
    LIKED = "liked"
    KEPT = "kept"
    """The user saw another version and went on talking from this one."""
    PLAIN = "plain"
    """Nothing is known."""
    DISLIKED = "disliked"
    UNFINISHED = "unfinished"
    """Stopped, interrupted or failed: its end is not where an answer ends."""
    OTHER_VOICE = "other_voice"
    """Written by a personal model in the manner of somebody else, or by a model that is gone."""
    COPIED = "copied"
    """The copy that a branch keeps of a reply that counts already."""


WEIGHTS: Mapping[ReplyKind, float] = MappingProxyType(dict.fromkeys(ReplyKind, 0.0) | {
    # The user wrote down word for word what should have been said: no evidence is stronger, and it is rare because it
    # costs most. Three of them weigh as much as nine ordinary messages of a person.
    ReplyKind.EDITED: 3.0,
    # A judgement about the whole reply, given on purpose: more than a person's message in passing (1), less than words
    # of one's own. Choosing among versions says the same as a thumb.
    ReplyKind.LIKED: 2.0,
    ReplyKind.KEPT: 2.0,
})
"""Everything else weighs nothing: it is read only as what the user answered to."""


def judge(*, is_edited: bool, rating: int, has_versions: bool, is_answered: bool, is_whole: bool = True,
          is_own_voice: bool = True) -> ReplyKind:
    """The kind of a shown reply. A thumb down outweighs everything; the last reply of a chat, which nobody answered,
    was not chosen among its versions but left behind, perhaps in despair."""
    if rating < 0:
        return ReplyKind.DISLIKED
    if not is_own_voice:
        return ReplyKind.OTHER_VOICE
    if is_edited:
        return ReplyKind.EDITED
    if not is_whole:
        return ReplyKind.UNFINISHED
    if rating > 0:
        return ReplyKind.LIKED
    return ReplyKind.KEPT if has_versions and is_answered else ReplyKind.PLAIN
