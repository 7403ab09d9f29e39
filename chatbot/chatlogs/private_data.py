"""Finds what a person would not want a model to learn by heart, and masks it. A safety net, not a guarantee.

Where two findings overlap, the kind that stands first in ``KINDS`` wins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from chatbot.chatlogs.addresses import address_spans
from chatbot.chatlogs.checksums import is_card_number, is_iban
from chatbot.chatlogs.records import PrivateDataOptions

LINK, EMAIL, IBAN, CARD, PHONE, ADDRESS, NUMBER, NAME = (
    "link", "email", "iban", "card", "phone", "address", "number", "name")
KINDS = (LINK, EMAIL, IBAN, CARD, PHONE, ADDRESS, NUMBER, NAME)

_TOP_DOMAINS = (r"com|org|net|info|edu|gov|io|co|me|tv|app|dev|ai|eu|de|at|ch|uk|fr|it|es|pt|nl|be|pl|cz|sk|hu|ro|bg|"
                r"gr|se|no|dk|fi|is|ie|ru|ua|tr|il|in|cn|jp|kr|tw|hk|sg|au|nz|ca|us|mx|br|ar|cl|za|xyz|shop|online|site")
_PATTERNS: dict[str, re.Pattern[str]] = {
    LINK: re.compile(rf"\b(?:[a-z][a-z0-9+.-]{{1,15}}://|www\.)[^\s<>\"“”]+|"
                     rf"(?<![\w@.-])(?:[a-z0-9-]{{1,63}}\.){{1,4}}(?:{_TOP_DOMAINS})(?:/[^\s<>\"“”]*|\b(?![.\w@]))",
                     re.IGNORECASE),
    EMAIL: re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,5}[^\W\d_]{2,24}\b"),
    IBAN: re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?![A-Z0-9])", re.IGNORECASE),
    CARD: re.compile(r"(?<![\d.,])\d(?:[ -]?\d){12,18}(?![\d])"),
    PHONE: re.compile(r"(?<![\w.,/:+-])(?:\+|00)?\(?\d[\d ()/.\u2010-\u2015-]{5,20}\d(?![\w])"),
    NUMBER: re.compile(r"\d(?:[ .-]?\d){5,}"),
}
_CANDIDATE = re.compile(r"[\d@.:]")
_MAY_HOLD = re.compile(r"[\d@]|://|[^\W\d_]\.[^\W\d_]{2}")
"""Few messages have any of these, and one that has none holds nothing but names. The first is only a faster sieve."""
_DATE_OR_TIME = re.compile(r"(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}[.:]\d{2} ?[-–] ?\d{1,2}[.:]\d{2}|"
                           r"(?:19|20)\d\d ?[-–/] ?(?:19|20)\d\d)[.,]?(?: \d{1,2})?")
_THOUSANDS = re.compile(r"\d{1,3}(?:[ .,]\d{3})+")
_ALL = PrivateDataOptions()
_WORD = re.compile(r"[\w'’-]+")


class Finding(NamedTuple):
    """``text[start:end]`` is probably of this kind."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One finding as the review list shows it: the found text in its surroundings."""

    kind: str
    found: str
    before: str
    after: str
    speaker: str


def find_private_data(text: str, options: PrivateDataOptions | None = None) -> list[Finding]:
    """All findings of the wanted kinds in ``text``, in order, none overlapping another."""
    options = options or _ALL
    if not options.names and not _CANDIDATE.search(text):
        return []
    findings: list[Finding] = []
    if _MAY_HOLD.search(text):
        has_digit = any(map(str.isdecimal, text))
        for kind in KINDS:
            if options.kinds is not None and kind not in options.kinds:
                continue
            if kind == ADDRESS and has_digit:
                for start, end in address_spans(text):
                    _add(Finding(ADDRESS, start, end), findings)
            elif kind in _PATTERNS and (has_digit or kind in (LINK, EMAIL)):
                _collect(kind, _PATTERNS[kind], text, findings)
    if options.names and (options.kinds is None or NAME in options.kinds):
        for start, end in _name_spans(text, options.names):
            _add(Finding(NAME, start, end), findings)
    findings.sort(key=lambda finding: finding.start)
    return findings


def mask_private_data(text: str, options: PrivateDataOptions | None = None) -> str:
    """``text`` with every finding replaced by its kind in brackets: ``[phone]``."""
    parts = []
    last = 0
    for kind, start, end in find_private_data(text, options):
        parts += [text[last:start], f"[{kind}]"]
        last = end
    return "".join(parts) + text[last:] if parts else text


def review_items(messages: Iterable[tuple[str, str]], options: PrivateDataOptions | None = None,
                 context_chars: int = 30) -> Iterator[ReviewItem]:
    """The findings in (speaker, text) pairs, with some characters of what stands around them."""
    for speaker, text in messages:
        for kind, start, end in find_private_data(text, options):
            yield ReviewItem(kind, text[start:end], text[max(0, start - context_chars):start],
                             text[end:end + context_chars], speaker)


def _collect(kind: str, pattern: re.Pattern[str], text: str, findings: list[Finding]) -> None:
    check = _CHECKS.get(kind)
    for match in pattern.finditer(text):
        start, end = match.span()
        if kind == LINK:
            end = start + len(match[0].rstrip(".,;:!?)]}'’»"))
        if kind == IBAN:
            end = _iban_end(match)
        if end > start and (check is None or check(text[start:end])):
            _add(Finding(kind, start, end), findings)


def _add(finding: Finding, findings: list[Finding]) -> None:
    if not any(finding.start < other.end and other.start < finding.end for other in findings):
        findings.append(finding)


def _iban_end(match: re.Match[str]) -> int:
    """Where the account number ends: words that follow look like a part of it."""
    text = match[0]
    for length in range(len(text), 14, -1):
        if is_iban(text[:length].rstrip()):
            return match.start() + len(text[:length].rstrip())
    return match.start()


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdecimal())


def _is_card(text: str) -> bool:
    return is_card_number(_digits(text))


def _is_phone(text: str) -> bool:
    digits = _digits(text)
    if not 7 <= len(digits) <= 15 or _DATE_OR_TIME.fullmatch(text.strip()):
        return False
    if text.startswith(("+", "0", "(")):
        return True
    groups = re.split(r"[ ()/.\u2010-\u2015-]+", text.strip())
    # Without a leading + or 0 a number must be grouped as phone numbers are, and be no large sum of money.
    return len(groups) in (2, 3, 4, 5) and all(2 <= len(group) <= 5 for group in groups) \
        and len(groups[-1]) >= 2 and not _THOUSANDS.fullmatch(text.strip())


def _is_long_number(text: str) -> bool:
    digits = _digits(text)
    if _THOUSANDS.fullmatch(text) or _DATE_OR_TIME.fullmatch(text):
        return False
    return len(digits) >= (6 if digits == text else 8)


_CHECKS: dict[str, Callable[[str], bool]] = {
    CARD: _is_card, IBAN: is_iban, PHONE: _is_phone, NUMBER: _is_long_number}


@lru_cache(maxsize=16)
def _name_table(names: tuple[str, ...]) -> dict[str, list[tuple[str, ...]]]:
    """First word in lower case to the whole names (as words) that begin with it, longest first."""
    table: dict[str, list[tuple[str, ...]]] = {}
    for name in names:
        words = tuple(word.casefold() for word in _WORD.findall(name))
        if words:
            table.setdefault(words[0], []).append(words)
    for candidates in table.values():
        candidates.sort(key=len, reverse=True)
    return table


def _name_spans(text: str, names: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    table = _name_table(names)
    # Ann's is Ann; the length is that of the text, since folded letters can be longer.
    words = [(match[0].casefold(), match.start(), match.end()) for match in _WORD.finditer(text)]
    index = 0
    while index < len(words):
        taken = 1
        word, start, end = words[index]
        if word.endswith(("'s", "’s")):
            word, end = word[:-2], end - 2
        for candidate in table.get(word, ()):
            following = tuple(entry[0] for entry in words[index + 1:index + len(candidate)])
            if following == candidate[1:]:
                taken = len(candidate)
                yield start, words[index + taken - 1][2] if taken > 1 else end
                break
        index += taken
