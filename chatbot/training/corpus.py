"""Reading training text: ``GROUP.jsonl.xz`` files and the project's own dialogues.

A line of a group file is ``{"source": NAME, "turns": [...]}`` (speakers in turn, sometimes ``"persona"``) or
``{"source": NAME, "text": prose}``. A file of ours holds ``# topic``, then ``U:`` and ``B:`` lines, blank lines between
dialogues.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chatbot.core.errors import TrainingError

OWN_SOURCE = "wren"
HELD_OUT_EVERY = 20
"""Every 20th dialogue of each of our own files is held out."""
BOT_GROUP = "bot"
"""The group whose second speaker answers as the program does."""


@dataclass(frozen=True, slots=True)
class Document:
    """One conversation or one prose text (``turns`` holds it alone).

    ``speakers`` [turns] is 0 or 1 for each turn: 1 is the second speaker, who is the program where ``is_own_voice``.
    """

    source: str
    group: str
    turns: tuple[str, ...]
    speakers: tuple[int, ...] = (0,)
    is_prose: bool = False
    is_own_voice: bool = False
    persona: tuple[str, ...] = ()
    """Sentences about the second speaker."""


def read_group(path: Path) -> Iterator[Document]:
    """The documents of one ``GROUP.jsonl.xz`` file, in order."""
    group = path.name.split(".")[0]
    try:
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                yield _parsed(line, group, f"{path}, line {number}")
    except (OSError, EOFError, lzma.LZMAError, ValueError) as error:
        raise TrainingError(f"The corpus file {path} cannot be read: {error}.") from error


def _parsed(line: str, group: str, place: str) -> Document:
    try:
        return _document(json.loads(line), group)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise TrainingError(f'{place} is not of the form {{"source": NAME, "turns": [...]}} or {{"source": NAME, '
                            f'"text": ...}} ({error!r}).') from error


def _document(record: dict, group: str) -> Document:
    source = str(record["source"])
    if "text" in record:
        return Document(source, group, (record["text"],), is_prose=True)
    persona = record.get("persona") or {}
    turns = tuple(record["turns"])
    return Document(source, group, turns, tuple(n % 2 for n in range(len(turns))), is_own_voice=group == BOT_GROUP,
                    persona=tuple(persona.get("B", ())))


def read_own_dialogues(path: Path, *, held_out: bool) -> Iterator[Document]:
    """Our own dialogues in ``path``: every 20th if ``held_out``, else all others."""
    for number, block in enumerate(path.read_text(encoding="utf-8").strip().split("\n\n")):
        if (number % HELD_OUT_EVERY == HELD_OUT_EVERY - 1) == held_out:
            turns = own_turns(block, path)
            if turns:
                yield Document(OWN_SOURCE, OWN_SOURCE, tuple(text for _, text in turns),
                               tuple(speaker for speaker, _ in turns), is_own_voice=True)


def own_turns(block: str, path: Path) -> list[tuple[int, str]]:
    """(speaker, text) of one dialogue written as ``U:`` (0) and ``B:`` (1) lines; two lines in a row are joined."""
    turns: list[tuple[int, str]] = []
    for line in block.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if line[:2] not in ("U:", "B:"):
            raise TrainingError(f"{path}: the line {line[:40]!r} should begin with 'U:' or 'B:'.")
        speaker, text = int(line[0] == "B"), line[2:].strip()
        if turns and turns[-1][0] == speaker:
            turns[-1] = (speaker, f"{turns[-1][1]}\n{text}")
        else:
            turns.append((speaker, text))
    return turns


def read_training(corpus: Path) -> Iterator[Document]:
    """Everything that may be trained on: ``train/*.jsonl.xz`` and our own dialogues but the held-out ones."""
    yield from _read_all(corpus, "train", held_out=False)


def read_held_out(corpus: Path) -> Iterator[Document]:
    """The standard held-out set: ``heldout/*.jsonl.xz`` and every 20th dialogue of our own."""
    yield from _read_all(corpus, "heldout", held_out=True)


def _read_all(corpus: Path, folder: str, *, held_out: bool) -> Iterator[Document]:
    groups = sorted((corpus / folder).glob("*.jsonl.xz"))
    own = sorted((corpus / OWN_SOURCE).glob("*.txt"))
    if not groups and not own:
        raise TrainingError(f"There is no training text in {corpus}: it needs {folder}/*.jsonl.xz or wren/*.txt.")
    for path in groups:
        yield from read_group(path)
    for path in own:
        yield from read_own_dialogues(path, held_out=held_out)
