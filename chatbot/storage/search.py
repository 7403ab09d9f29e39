"""Finding messages by their text, in any language.

Every word of the query must occur in the message, anywhere and in any case. Words of three characters and more come
from the index; shorter ones, which are most of Chinese, are looked for in the texts themselves.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator

from chatbot.core.messages import Role, SearchHit
from chatbot.storage.texts import clean_text

FOUND_START = "\x02"
FOUND_END = "\x03"

_INDEXED_CHARACTERS = 3
_MAX_TERMS = 16
_MAX_TERM_CHARACTERS = 200
_BEFORE_CHARACTERS = 40
_EXCERPT_CHARACTERS = 160

_HIT_COLUMNS = "c.id, c.title, m.id, m.role, m.created_at, m.text"


def search(db: sqlite3.Connection, query: str, limit: int) -> list[SearchHit]:
    """Messages of conversations that are not deleted, the latest written first. An empty query finds nothing."""
    terms = terms_of(query)
    if not terms or limit <= 0:
        return []
    pattern = re.compile("|".join(re.escape(term) for term in sorted(terms, key=len, reverse=True)), re.IGNORECASE)
    return [SearchHit(conversation_id, title, message_id, Role(role), created_at, excerpt(text, pattern))
            for conversation_id, title, message_id, role, created_at, text in _rows(db, terms, limit)]


def terms_of(query: str) -> list[str]:
    """The words of a query, at most 16 of 200 characters, none twice."""
    words = clean_text(query[:_MAX_TERMS * _MAX_TERM_CHARACTERS]).split()
    return list(dict.fromkeys(word[:_MAX_TERM_CHARACTERS] for word in words))[:_MAX_TERMS]


def excerpt(text: str, pattern: re.Pattern[str]) -> str:
    """One line around the first match, every match in it marked."""
    found = pattern.search(text)
    middle = found.start() if found else 0
    start = max(0, middle - _BEFORE_CHARACTERS)
    if start:
        space = text.find(" ", start, middle)
        start = space + 1 if space >= 0 else start
    end = max(start + _EXCERPT_CHARACTERS, found.end() if found else 0)
    piece = text[start:end].replace(FOUND_START, "").replace(FOUND_END, "")
    marked = pattern.sub(lambda match: f"{FOUND_START}{match.group()}{FOUND_END}", piece)
    line = " ".join(marked.split())
    return ("…" if start else "") + line + ("…" if end < len(text) else "")


def _rows(db: sqlite3.Connection, terms: list[str], limit: int) -> Iterator[tuple]:
    """The hits, by the index as far as it goes. Ids grow with time, so both ways end as soon as enough are found."""
    indexed = [term for term in terms if len(term) >= _INDEXED_CHARACTERS]
    conditions = ["c.deleted_at IS NULL", "m.status <> 'writing'"]
    values: list[object] = []
    for term in terms:
        if len(term) < _INDEXED_CHARACTERS:
            condition, value = _short_term(db, term)
            conditions.append(condition)
            values.append(value)
    source, order = "message m", "m.id"
    if indexed:
        # A quoted string is a plain text for the index, whatever stands in it.
        match = " AND ".join('"' + term.replace('"', '""') + '"' for term in indexed)
        source, order = "message_search f CROSS JOIN message m ON m.id = f.rowid", "f.rowid"
        conditions.insert(0, "f.message_search MATCH ?")
        values.insert(0, match)
    yield from db.execute(f"""
        SELECT {_HIT_COLUMNS} FROM {source} CROSS JOIN conversation c ON c.id = m.conversation_id
        WHERE {" AND ".join(conditions)} ORDER BY {order} DESC LIMIT ?""", (*values, limit))


def _short_term(db: sqlite3.Connection, term: str) -> tuple[str, str]:
    """A condition for a term that the index does not hold. LIKE ignores case for ASCII only, but is fast."""
    if term.isascii() or term.lower() == term.upper():
        escaped = re.sub(r"([\\%_])", r"\\\1", term)
        return r"m.text LIKE ? ESCAPE '\'", f"%{escaped}%"
    db.create_function("contains_any_case", 2, _contains_any_case, deterministic=True)
    return "contains_any_case(m.text, ?)", term.casefold()


def _contains_any_case(text: str, folded_term: str) -> bool:
    return folded_term in text.casefold()
