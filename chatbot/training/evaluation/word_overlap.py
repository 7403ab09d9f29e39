"""How ParlAI, the framework of the ConvAI2 competition, cuts texts into words and compares them.

Both follow parlai/core (``DictionaryAgent.split_tokenize``, ``metrics.normalize_answer`` and ``F1Metric``) as described
there; they are written anew.
"""

from __future__ import annotations

import re
from collections import Counter

_SEPARATED = re.compile(r"([.,;:!?])")
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = re.compile(r"[!\"#$%&()*+,\-./:;<=>?@\[\]\\^`{|}~_']")


def split_words(text: str) -> list[str]:
    """Words between blanks, with . , ; : ! ? as words of their own."""
    return _SEPARATED.sub(r" \1 ", text).split()


def compared_words(text: str) -> list[str]:
    """Lower-case words without punctuation and articles."""
    return _ARTICLES.sub(" ", _PUNCTUATION.sub(" ", text.lower())).split()


def word_f1(guess: str, answer: str) -> float:
    """Harmonic mean of precision and recall of the words of ``guess`` against those of ``answer``; 0 to 1."""
    guessed, right = compared_words(guess), compared_words(answer)
    same = sum((Counter(guessed) & Counter(right)).values())
    if same == 0:
        return 0.0
    precision, recall = same / len(guessed), same / len(right)
    return 2 * precision * recall / (precision + recall)
