"""Does a model recite the log? The longest run of words that sampled replies share with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from chatbot.core.personal import Memorisation
from chatbot.engine.ranking import words

_SEED_WORDS = 3
"""Shorter runs are not looked for: everybody says them."""


def longest_runs(replies: Sequence[str], log: Iterable[str]) -> Memorisation:
    """Compare ``replies`` with the messages of ``log``. Runs never go across messages; case and marks do not count.

    ``longest_copied_run`` leaves out runs that two or more messages hold, because then the person really repeats
    them. Time grows with the words of both, memory with the replies: only runs that a reply begins are kept.
    """
    reply_words = [words(reply) for reply in replies]
    wanted = {tuple(found[i:i + _SEED_WORDS]) for found in reply_words for i in range(len(found) - _SEED_WORDS + 1)}
    messages: list[list[str]] = []
    places: dict[tuple[str, ...], list[tuple[int, int]]] = defaultdict(list)
    for message in log:
        found = words(message)
        is_kept = False
        for i in range(len(found) - _SEED_WORDS + 1):
            seed = tuple(found[i:i + _SEED_WORDS])
            if seed in wanted:
                places[seed].append((len(messages), i))
                is_kept = True
        if is_kept:
            messages.append(found)
    longest, copied, text = 0, 0, ""
    for found in reply_words:
        for start in range(len(found) - _SEED_WORDS + 1):
            best, second = _two_longest(found, start, places.get(tuple(found[start:start + _SEED_WORDS]), ()), messages)
            longest = max(longest, best)
            if best > second and best > copied:
                copied, text = best, " ".join(found[start:start + best])
    return Memorisation(len(replies), longest, copied, text)


def _two_longest(found: Sequence[str], start: int, places: Iterable[tuple[int, int]],
                 messages: Sequence[Sequence[str]]) -> tuple[int, int]:
    """Lengths of the longest run from ``start`` in any message, and in any other message."""
    by_message: dict[int, int] = {}
    for number, place in places:
        length = _SEED_WORDS
        message = messages[number]
        while (start + length < len(found) and place + length < len(message)
               and found[start + length] == message[place + length]):
            length += 1
        by_message[number] = max(by_message.get(number, 0), length)
    lengths = sorted(by_message.values(), reverse=True)
    return (lengths[0] if lengths else 0), (lengths[1] if len(lengths) > 1 else 0)
