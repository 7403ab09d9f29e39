"""The picture of a run: training loss and held-out losses over tokens seen."""

from __future__ import annotations

import json
import math
from pathlib import Path


def read_metrics(path: Path) -> tuple[list[tuple[int, float]], dict[str, list[tuple[int, float]]]]:
    """(tokens, nats per token) of the training steps, and the same per held-out group, from ``metrics.jsonl``."""
    steps: list[tuple[int, float]] = []
    held_out: dict[str, list[tuple[int, float]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if record["kind"] == "step" and math.isfinite(record["loss"]):
            _add(steps, record["tokens_seen"], record["loss"])
        elif record["kind"] == "held_out":
            for group, nats in record["nats_per_token"].items():
                _add(held_out.setdefault(group, []), record["tokens_seen"], nats)
    return steps, held_out


def _add(points: list[tuple[int, float]], tokens: int, nats: float) -> None:
    """Append a point; a run that was resumed from an older checkpoint goes over some of its way again."""
    while points and points[-1][0] >= tokens:
        points.pop()
    points.append((tokens, nats))


def draw_loss_curve(metrics: Path, picture: Path) -> bool:
    """Draw ``metrics`` into ``picture`` (PNG); False, and nothing written, if there is nothing to draw yet."""
    if not metrics.exists():
        return False
    steps, held_out = read_metrics(metrics)
    if not steps:
        return False
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure  # the plain classes: pyplot would look for a display

    figure = Figure(figsize=(9, 5.5), dpi=110)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(xlabel="million tokens seen", ylabel="nats per token")
    axes.plot([t / 1e6 for t, _ in steps], [loss for _, loss in steps], color="0.7", label="training")
    for group, points in sorted(held_out.items()):
        axes.plot([t / 1e6 for t, _ in points], [nats for _, nats in points], marker=".",
                  linewidth=2.5 if group == "overall" else 1.0, label=f"held out: {group}")
    losses = sorted([loss for _, loss in steps] + [nats for points in held_out.values() for _, nats in points])
    axes.set_ylim(losses[0] - 0.1, losses[int(len(losses) * 0.98)] + 0.2)
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(picture)
    return True
