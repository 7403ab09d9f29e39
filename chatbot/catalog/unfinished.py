"""Remembers downloads that were paused, failed or killed, so that they can be shown and gone on with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from chatbot.catalog.offers import PackageOffer

SUFFIX = ".download.json"


@dataclass(frozen=True, slots=True)
class UnfinishedDownload:
    """A download that can be resumed by asking ``source`` for ``model_id`` again."""

    model_id: str
    name: str
    source: str
    done_bytes: int
    total_bytes: int


def remember_unfinished(staging: Path, offer: PackageOffer) -> None:
    """Note where the package comes from. Tokens are not stored."""
    note = {"name": offer.manifest.name, "source": offer.source, "total_bytes": offer.manifest.size}
    (staging / (offer.id + SUFFIX)).write_text(json.dumps(note), "utf-8")


def forget_unfinished(staging: Path, model_id: str) -> None:
    """The download is done or was cancelled."""
    (staging / (model_id + SUFFIX)).unlink(missing_ok=True)


def unfinished_downloads(staging: Path) -> list[UnfinishedDownload]:
    """All that are noted in ``staging``, by id. Unreadable notes are skipped."""
    found = []
    for path in sorted(staging.glob("*" + SUFFIX)):
        model_id = path.name.removesuffix(SUFFIX)
        try:
            note = json.loads(path.read_text("utf-8"))
            found.append(UnfinishedDownload(model_id, str(note["name"]), str(note["source"]),
                                            _bytes_in(staging / model_id), int(note["total_bytes"])))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return found


def _bytes_in(folder: Path) -> int:
    try:
        return sum(path.stat().st_size for path in folder.iterdir() if path.suffix != ".json")
    except OSError:
        return 0
