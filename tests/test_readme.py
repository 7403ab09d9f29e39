"""The README tells the truth about commands, files and pictures."""

from __future__ import annotations

import re

from chatbot.cli import COMMANDS
from tests.readme_tree import README, ROOT, readme_with_tree


def test_the_map_of_the_tree_is_up_to_date() -> None:
    text = README.read_text(encoding="utf-8")
    assert text == readme_with_tree(text), "run: python -m tests.readme_tree"


def test_every_command_is_named() -> None:
    text = README.read_text(encoding="utf-8")
    assert [name for name in COMMANDS if not re.search(rf"\b{re.escape(name)}\b", text)] == []


def test_every_picture_and_linked_file_exists() -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", README.read_text(encoding="utf-8"))
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []
