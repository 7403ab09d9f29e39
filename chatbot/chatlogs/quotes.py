"""Takes out lines that quote somebody else, as Markdown marks them."""

from __future__ import annotations


def without_quoted_lines(text: str) -> tuple[str, bool]:
    """``text`` without lines that begin with ``>`` and a space, and whether there were any.

    ``>>>`` quotes everything that follows. A lone ``>`` without a space is an emoticon or an arrow.
    """
    if ">" not in text:
        return text, False
    kept = []
    has_quote = False
    for line in text.split("\n"):
        stripped = line.lstrip()
        if stripped.startswith(">>> "):
            has_quote = True
            break
        if stripped.startswith("> ") or stripped == ">":
            has_quote = True
        else:
            kept.append(line)
    return "\n".join(kept) if has_quote else text, has_quote
