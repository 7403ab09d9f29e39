"""Choosing among candidate replies.

A candidate's score is its mean log-probability minus ``relevance`` times its mean log-probability with less to go by
(the anti-language-model form of maximum mutual information, Li et al. 2016, arXiv 1510.03055): after the user's last
message alone where there is a conversation before it, so that what was told earlier is used (as contrast, the idea of
context-aware decoding, Shi et al. 2023, arXiv 2305.14739), and in a blank state where there is none. Penalties are
taken off for repeating itself or an earlier reply (the cross-turn filter of Adiwardana et al. 2020, arXiv 2001.09977),
and for taking back what it says in the same breath.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.engine.contradiction import contradicts_itself

_WORD = re.compile(r"\w+")
REPETITION_PENALTY = 4.0
"""Nats per token: more than candidates differ by, so a repeating one wins only if all repeat."""
UNFINISHED_PENALTY = 1.0
CONTRADICTION_PENALTY = 2.0
SAME_RUN_SHARE = 0.6
"""A reply that shares a run of this share of its words with an earlier reply repeats it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A drawn reply: its text and mean log-probabilities (nats per token, the end token counted)."""

    text: str
    log_probability: float
    blank_log_probability: float
    is_finished: bool


def words(text: str) -> list[str]:
    """Lower-case words without punctuation."""
    return _WORD.findall(text.lower())


def longest_common_run(a: Sequence[str], b: Sequence[str]) -> int:
    """Length of the longest run of words that both hold."""
    best, previous = 0, [0] * (len(b) + 1)
    for word in a:
        current = [0] * (len(b) + 1)
        for j, other in enumerate(b, 1):
            if word == other:
                current[j] = previous[j - 1] + 1
                best = max(best, current[j])
        previous = current
    return best


def repeats_itself(text: str, run: int = 3) -> bool:
    """Whether a run of ``run`` words occurs twice in ``text``."""
    found = words(text)
    runs = [tuple(found[i:i + run]) for i in range(len(found) - run + 1)]
    return len(set(runs)) < len(runs)


def repeats_earlier(text: str, earlier_replies: Sequence[str]) -> bool:
    """Whether ``text`` says an earlier reply again: mostly one shared run, at least four words or the whole of it."""
    found = words(text)
    if not found:
        return False
    for reply in earlier_replies:
        other = words(reply)
        shared = longest_common_run(found, other)
        if found == other or (shared >= 4 and shared >= SAME_RUN_SHARE * len(found)):
            return True
    return False


def score(candidate: Candidate, relevance: float, earlier_replies: Sequence[str]) -> float:
    """Higher is better; nats per token."""
    value = candidate.log_probability - relevance * candidate.blank_log_probability
    if not candidate.is_finished:
        value -= UNFINISHED_PENALTY
    if not candidate.text.strip():
        value -= 2 * REPETITION_PENALTY
    if repeats_itself(candidate.text) or repeats_earlier(candidate.text, earlier_replies):
        value -= REPETITION_PENALTY
    if contradicts_itself(candidate.text):
        value -= CONTRADICTION_PENALTY
    return value


def ordered(candidates: Sequence[Candidate], relevance: float, earlier_replies: Sequence[str]) -> list[int]:
    """The numbers of ``candidates``, the best first; of equals the first."""
    scores = [score(candidate, relevance, earlier_replies) for candidate in candidates]
    return sorted(range(len(scores)), key=lambda number: (-scores[number], number))
