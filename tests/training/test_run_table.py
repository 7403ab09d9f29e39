"""Runs beside each other: rows that can be compared, and a picture."""

from __future__ import annotations

import json
from pathlib import Path

from tests.benchmarks.run_table import draw, loss_table, overall_curves


def run(folder: Path, *rows: tuple[int, float]) -> Path:
    folder.mkdir()
    (folder / "metrics.jsonl").write_text("".join(
        json.dumps({"kind": "held_out", "tokens_seen": seen, "nats_per_token": {"overall": nats, "chat": 1.0}}) + "\n"
        for seen, nats in rows))
    return folder


def test_rows_are_those_that_two_runs_have(tmp_path: Path) -> None:
    curves = overall_curves([run(tmp_path / "a", (1_000_000, 4.5), (2_000_000, 4.0)),
                             run(tmp_path / "b", (1_000_000, 4.25), (1_500_000, 4.1), (2_000_000, 3.9))])
    assert loss_table(curves).splitlines() == ["| tokens seen | a | b |", "| --- | --: | --: |",
                                               "| 1.0 M | 4.500 | 4.250 |", "| 2.0 M | 4.000 | 3.900 |"]
    draw(curves, tmp_path / "curves.png")
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")
