"""The README's map of the tree: one line per file, made from the first line of each module's docstring.

``python -m tests.readme_tree`` rewrites it between its two markers; ``tests/test_readme.py`` fails when it is stale.
"""

from __future__ import annotations

import ast
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
BEGIN, END = "<!-- tree begin (python -m tests.readme_tree) -->", "<!-- tree end -->"
_WIDTH = 118


def first_sentence(path: Path) -> str:
    """The first sentence of a module's docstring, on one line; empty if it has none."""
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    paragraph = " ".join(docstring.split("\n\n")[0].split())
    sentence, dot, _ = paragraph.partition(". ")
    return (sentence + dot).strip().rstrip(".")


def tree_text() -> str:
    """Every module of the program and every recipe, room by room."""
    lines = ["```"]
    package = ROOT / "chatbot"
    folders = [package, *sorted(path for path in package.rglob("*") if path.is_dir() and any(path.glob("*.py")))]
    for folder in folders:
        if folder.name == "__pycache__":
            continue
        about = first_sentence(folder / "__init__.py") if (folder / "__init__.py").exists() else ""
        lines += ["", f"{folder.relative_to(ROOT)}/   {textwrap.shorten(about, 80, placeholder=' ...')}".rstrip()]
        for path in sorted(folder.glob("*.py")):
            if path.name != "__init__.py":
                about = textwrap.shorten(first_sentence(path), _WIDTH - 33, placeholder=" ...")
                lines.append(f"    {path.name:<28} {about}".rstrip())
    return "\n".join([*lines[:1], *lines[2:], "```"])


def readme_with_tree(readme: str) -> str:
    """``readme`` with the tree between the markers renewed."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{tree_text()}\n{END}{after}"


if __name__ == "__main__":
    README.write_text(readme_with_tree(README.read_text(encoding="utf-8")), encoding="utf-8")
