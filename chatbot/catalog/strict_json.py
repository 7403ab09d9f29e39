"""Reads JSON that others wrote: bounded, UTF-8 only, no duplicate keys, no NaN, no bottomless nesting."""

from __future__ import annotations

import json

from chatbot.core.errors import KnownError


def parse_object(data: bytes, what: str, error: type[KnownError]) -> dict[str, object]:
    """The JSON object in ``data``. ``what`` names the source in the sentence of a raised ``error``."""
    try:
        value = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_unique, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise error(f"{what} is not UTF-8 text; get a fresh copy of it.") from None
    except RecursionError:
        raise error(f"{what} is nested too deeply; it was not written for this program.") from None
    except ValueError as problem:
        if data.lstrip()[:1] == b"<":
            raise error(f"{what} is a web page, not JSON; check the address.") from None
        raise error(f"{what} is not readable JSON ({problem}); get a fresh copy of it.") from None
    if not isinstance(value, dict):
        raise error(f"{what} must be a JSON object, not a {type(value).__name__}.")
    return value


def write_text(value: object) -> str:
    """Stable, readable JSON: the same value gives the same bytes."""
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name {twice[:80]!r} occurs twice")
    return result


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number of JSON")
