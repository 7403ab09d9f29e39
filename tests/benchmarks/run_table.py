"""Several training runs beside each other: a table and a picture of their held-out losses over tokens. Run by hand.

    python -m tests.benchmarks.run_table RUN_FOLDER... [--picture FILE.png]
    python -m tests.benchmarks.run_table RUN_FOLDER... --benchmark wikitext2 --corpus DIR [--picture FILE.png]

A run is a folder with ``metrics.jsonl``, its name the run's. With ``--benchmark`` the runs are those of ``chatbot train
wikitext2-CELL.toml``, and the table has their word-level perplexity, plain and with the continuous cache, by the
formula of ``chatbot evaluate wikitext2`` (which adds dynamic evaluation, a matter of half an hour a run).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from chatbot.training.hardware import keep_freed_memory
from chatbot.training.loss_curve import read_metrics
from chatbot.training.word_level.bench_text import read_words
from chatbot.training.word_level.benchmark_evaluation import benchmark_rows, load_benchmark_model

Curves = dict[str, list[tuple[int, float]]]


def overall_curves(folders: list[Path]) -> Curves:
    """By run, (tokens seen, nats per token overall)."""
    return {folder.name: read_metrics(folder / "metrics.jsonl")[1]["overall"] for folder in folders}


def loss_table(curves: Curves) -> str:
    """A Markdown table: a row for every number of tokens that two runs or more were measured at."""
    found = [dict(curve) for curve in curves.values()]
    steps = sorted({tokens for curve in found for tokens in curve})
    rows = [[f"{tokens / 1e6:.1f} M", *(f"{curve[tokens]:.3f}" if tokens in curve else "" for curve in found)]
            for tokens in steps if sum(tokens in curve for curve in found) > 1]
    return markdown([["tokens seen", *curves], *rows])


def benchmark_table(folders: list[Path], corpus: Path, benchmark: str, kinds: list[str]) -> str:
    """A Markdown table: a row a run with its perplexities, ``plain``, with ``cache`` or both."""
    titles = [f"{split}{', cache' if kind == 'cache' else ''}" for kind in kinds for split in ("valid", "test")]
    rows = [["run", "parameters", *titles]]
    for folder in folders:
        model, vocabulary = load_benchmark_model(folder)
        splits = {split: vocabulary.encode(read_words(corpus, benchmark, split)) for split in ("valid", "test")}
        found = dict(benchmark_rows(model, splits, kinds))
        rows.append([folder.name, f"{model.parameter_count / 1e6:.1f} M",
                     *(f"{found[kind][split]:.1f}" for kind in kinds for split in ("valid", "test"))])
    return markdown(rows)


def markdown(rows: list[list[str]]) -> str:
    """``rows`` as a Markdown table, the first one its head."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "| --- |" + " --: |" * (len(rows[0]) - 1), *lines[1:]])


def draw(curves: Curves, picture: Path) -> None:
    """One line a run (PNG)."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    figure = Figure(figsize=(8, 5), dpi=110)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(xlabel="million tokens seen", ylabel="held-out nats per token")
    for name, curve in curves.items():
        axes.plot([tokens / 1e6 for tokens, _ in curve], [nats for _, nats in curve], marker=".", label=name)
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(picture)


def main() -> None:
    """Print the table, draw the picture."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="+", type=Path)
    parser.add_argument("--picture", type=Path)
    parser.add_argument("--benchmark", choices=("wikitext2", "ptb"))
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--rows", nargs="+", choices=("plain", "cache"), default=["plain", "cache"])
    given = parser.parse_args()
    curves = overall_curves(given.runs)
    if given.picture:
        draw(curves, given.picture)
    print(loss_table(curves))
    if given.benchmark:
        if not given.corpus:
            parser.error("--benchmark needs --corpus")
        torch.set_num_threads(1)
        keep_freed_memory()
        print(benchmark_table(given.runs, given.corpus, given.benchmark, given.rows))


if __name__ == "__main__":
    main()
