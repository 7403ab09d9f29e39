"""What more training would give: a power law through a run's held-out losses. Run by hand.

    python -m tests.benchmarks.learning_curve RUN_FOLDER [--from 3000000] [--groups chat overall] [--at 60 120 250 500]

Fits loss(tokens) = floor + scale * tokens ** -exponent (Hestness et al. 2017, arXiv 1712.00409) to the held-out rows of
``metrics.jsonl`` by least squares in the loss, for every exponent of a grid, and prints one JSON line a group. A fit
through a handful of points of a run whose mixture changed is a rough guess; the line says through how many.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from chatbot.training.loss_curve import read_metrics

_EXPONENTS = np.arange(0.05, 1.01, 0.01)


def power_law(tokens: np.ndarray, losses: np.ndarray) -> tuple[float, float, float]:
    """Floor, scale and exponent of the best fit; the floor is not below 0."""
    best = None
    for exponent in _EXPONENTS:
        columns = np.stack([np.ones_like(tokens), tokens ** -exponent], axis=1)
        (floor, scale), *_ = np.linalg.lstsq(columns, losses, rcond=None)
        error = float(((columns @ [floor, scale] - losses) ** 2).sum())
        if floor >= 0 and (best is None or error < best[0]):
            best = (error, float(floor), float(scale), float(exponent))
    if best is None:
        raise ValueError("no exponent of the grid fits these losses with a floor above 0")
    return best[1:]


def main() -> None:
    """Print a line for every group."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("--from", dest="first", type=int, default=3_000_000, help="leave out rows before these tokens")
    parser.add_argument("--groups", nargs="+", default=["chat", "overall"])
    parser.add_argument("--at", nargs="+", type=float, default=[60, 120, 250, 500], help="millions of tokens")
    arguments = parser.parse_args()
    _, held_out = read_metrics(arguments.run / "metrics.jsonl")
    for group in arguments.groups:
        points = np.array([point for point in held_out[group] if point[0] >= arguments.first], dtype=float)
        millions = points[:, 0] / 1e6
        floor, scale, exponent = power_law(millions, points[:, 1])
        foreseen = {f"{at:g} M": round(floor + scale * at ** -exponent, 4) for at in arguments.at}
        print(json.dumps({"group": group, "points": len(points), "last": points[-1].tolist(), "floor": round(floor, 4),
                          "scale": round(scale, 4), "exponent": round(exponent, 2), "nats_per_token_at": foreseen}))


if __name__ == "__main__":
    main()
