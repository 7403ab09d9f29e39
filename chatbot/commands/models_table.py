"""Models as lines for the terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chatbot.catalog.offers import Offers
    from chatbot.catalog.registry import InstalledModel

HEADER = ("ID", "VERSION", "LANGUAGE", "SIZE", "LICENCE", "")


def installed_lines(models: Sequence[InstalledModel]) -> list[str]:
    """One line per installed model, broken ones with their problem below."""
    if not models:
        return ["No model is installed."]
    rows, problems = [HEADER], []
    for model in models:
        if model.package is None:
            rows.append((model.id, "", "", "", "", "broken"))
            problems.append(str(model.problem))
        else:
            about = model.package.manifest
            note = "personal" if about.is_personal else "" if model.is_removable else "comes with the program"
            rows.append((about.id, about.version, about.language, size_text(about.size), about.licence, note))
    return [*_aligned(rows), *problems]


def offered_lines(offers: Offers, installed: Mapping[str, InstalledModel]) -> list[str]:
    """One line per offered model."""
    from chatbot.catalog.describe import is_update
    rows = [HEADER]
    for offer in offers.packages:
        about, here = offer.manifest, installed.get(offer.id)
        note = "update" if is_update(about, here) else "installed" if here is not None else ""
        rows.append((about.id, about.version, about.language, size_text(about.size), about.licence, note))
    newer = [f"{model_id} needs a newer version of the program." for model_id in offers.too_new_ids]
    return [*(_aligned(rows) if len(rows) > 1 else ["It offers no model."]), *newer]


def detail_lines(about: Mapping[str, object]) -> list[str]:
    """``name: value`` for everything that is known."""
    lines = []
    for name, value in about.items():
        if isinstance(value, Mapping):
            lines += [f"  {key}: {number:g}" for key, number in value.items()] if value else []
        elif name in ("bytes", "memory_bytes") and isinstance(value, int):
            lines.append(f"{'size' if name == 'bytes' else 'memory'}: {size_text(value)}")
        elif value not in (None, ""):
            lines.append(f"{name.replace('_', ' ')}: {_word(value)}")
    return lines


def plain_text(text: str) -> str:
    """``text`` by a stranger without anything that a terminal would obey, such as escape sequences."""
    kept = (character for character in text.replace("\r\n", "\n") if character in "\n\t"
            or unicodedata.category(character) not in {"Cc", "Cf", "Cs"})
    return "".join(kept)


def size_text(count: int) -> str:
    """Bytes for people: 28.4 MB."""
    amount = float(count)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" or amount >= 100 else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _aligned(rows: Iterable[Sequence[str]]) -> list[str]:
    rows = list(rows)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
