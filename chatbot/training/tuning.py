"""Sizes by cross-validation on a small budget: every size is trained on all folds but one and measured on that one.

A finished trial is a line of ``trials.jsonl``, so that an interrupted comparison goes on with the next trial.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch

from chatbot.core.errors import TrainingError
from chatbot.engine.network import LanguageModel
from chatbot.engine.tokenizer import Tokenizer
from chatbot.training.hardware import keep_freed_memory, probe_precision
from chatbot.training.held_out import ForwardScorer, HeldOutGroup, held_out_loss
from chatbot.training.material import prepare_dialogues
from chatbot.training.packing import Dealer, PackedCorpus
from chatbot.training.recipe import Recipe
from chatbot.training.trainer import Trainer, copyable_tokens

Report = Callable[[dict[str, object]], None]
TRIALS_FILE, PICTURE_FILE = "trials.jsonl", "sizes.png"
_MEASURED_TOKENS = 20_000
_POINTS = 4
"""Every trial is measured after so many equal parts of its tokens."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One training: a size, the fold that was kept out, and nats per token of that fold after so many tokens."""

    width: int
    blocks: int
    fold: int
    parameters: int
    curve: tuple[tuple[int, float], ...]

    @property
    def nats(self) -> float:
        """Nats per token at the end."""
        return self.curve[-1][1]


def tune(recipe: Recipe, corpus: Path, out: Path, *, widths: Sequence[int], blocks: Sequence[int], folds: int = 3,
         report: Report = lambda record: None) -> list[Trial]:
    """Try every width with every depth, ``recipe.tokens`` tokens each; draws ``sizes.png`` and returns all trials."""
    keep_freed_memory()
    out.mkdir(parents=True, exist_ok=True)
    prepare_dialogues(recipe.model_copy(update={"generated": type(recipe.generated)()}), corpus, out, report)
    tokenizer, packed = Tokenizer.load(out / "tokenizer.model"), PackedCorpus.load(out / "packed")
    trials = read_trials(out / TRIALS_FILE)
    known = {(trial.width, trial.blocks, trial.fold) for trial in trials}
    wanted = [(width, depth, fold) for width in widths for depth in blocks for fold in range(folds)]
    for number, (width, depth, fold) in enumerate(wanted, 1):
        if (width, depth, fold) not in known:
            trial = run_trial(sized(recipe, width, depth), tokenizer, packed, fold=fold, folds=folds)
            trials.append(trial)
            with (out / TRIALS_FILE).open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(trial)) + "\n")
            report({"kind": "trial", "number": number, "of": len(wanted), **asdict(trial)})
    draw_sizes(trials, out / PICTURE_FILE)
    return trials


def sized(recipe: Recipe, width: int, blocks: int) -> Recipe:
    """``recipe`` with another width and depth; cell and MLP keep their proportion to the width."""
    model = recipe.model
    scale = width / model.width
    sizes = {"width": width, "blocks": blocks, "cell_width": max(8, round(model.cell_width * scale / 8) * 8),
             "mlp_width": round(model.mlp_width * scale / 8) * 8}
    return recipe.model_copy(update={"model": model.model_copy(update=sizes)})


def split_fold(packed: PackedCorpus, fold: int, folds: int) -> tuple[PackedCorpus, dict[str, list[np.ndarray]]]:
    """The corpus without every ``folds``-th document of each source (beginning with ``fold``), and those documents."""
    rest_tokens, rest_starts, kept = {}, {}, {}
    for source in packed.tokens:
        documents = [packed.document(source, index) for index in range(packed.document_count(source))]
        kept[source] = documents[fold::folds]
        rest = [document for index, document in enumerate(documents) if index % folds != fold]
        if not rest:
            raise TrainingError(f"The source {source} has too few documents for {folds} folds.")
        rest_tokens[source] = np.concatenate(rest)
        rest_starts[source] = np.concatenate([[0], np.cumsum([len(document) for document in rest])]).astype(np.int64)
    return PackedCorpus(rest_tokens, rest_starts), kept


def run_trial(recipe: Recipe, tokenizer: Tokenizer, packed: PackedCorpus, *, fold: int, folds: int) -> Trial:
    """Train once and measure the fold that was kept out."""
    rest, kept = split_fold(packed, fold, folds)
    group = _measured(recipe, kept)
    torch.manual_seed(recipe.seed)
    model = LanguageModel(recipe.model.architecture())
    dealer = Dealer(rest, tokenizer, streams=recipe.optimisation.streams, seed=recipe.seed,
                    author_share=recipe.author_share)
    precision = probe_precision() if recipe.precision == "auto" else getattr(torch, recipe.precision)
    trainer = Trainer(recipe, model, dealer, copyable_tokens(tokenizer), precision=precision)
    curve, due = [], 1
    for step in trainer.steps():
        if step.tokens_seen * _POINTS >= due * recipe.tokens:
            loss = held_out_loss(ForwardScorer(model, tokenizer, precision), tokenizer, group)
            curve.append((step.tokens_seen, round(loss.nats / loss.tokens, 5)))
            due = step.tokens_seen * _POINTS // recipe.tokens + 1
    return Trial(recipe.model.width, recipe.model.blocks, fold, model.parameter_count, tuple(curve))


def _measured(recipe: Recipe, kept: dict[str, list[np.ndarray]]) -> HeldOutGroup:
    """Up to some tokens of the kept documents, in proportion to what the recipe draws at the end of the trial."""
    passes = recipe.mixture(recipe.tokens - 1).passes
    sizes = {source: share * sum(map(len, kept[source])) for source, share in passes.items() if source in kept}
    total, chosen = max(1.0, sum(sizes.values())), []
    for source, size in sorted(sizes.items()):
        left = size / total * _MEASURED_TOKENS
        for document in kept[source]:
            if left <= 0:
                break
            chosen.append(np.asarray(document, dtype=np.int64))
            left -= len(document)
    if not chosen:
        raise TrainingError("The recipe draws from no source of the corpus.")
    return HeldOutGroup("fold", tuple(chosen), 0, 0)


def read_trials(path: Path) -> list[Trial]:
    """The finished trials of an earlier call."""
    if not path.exists():
        return []
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Trial(**{**record, "curve": tuple(tuple(point) for point in record["curve"])}) for record in records]


def summary(trials: Sequence[Trial]) -> list[dict[str, object]]:
    """One row a size, the best first: mean and standard deviation over the folds of the nats per token."""
    rows = []
    for (width, blocks), of_size in sorted(_by_size(trials)):
        nats = [trial.nats for trial in of_size]
        rows.append({"width": width, "blocks": blocks, "parameters": of_size[0].parameters,
                     "nats_per_token": round(statistics.mean(nats), 4), "folds": len(nats),
                     "deviation": round(statistics.stdev(nats), 4) if len(nats) > 1 else None})
    return sorted(rows, key=lambda row: row["nats_per_token"])  # type: ignore[arg-type, return-value]


def _by_size(trials: Sequence[Trial]) -> Iterator[tuple[tuple[int, int], list[Trial]]]:
    for size in {(trial.width, trial.blocks) for trial in trials}:
        yield size, [trial for trial in trials if (trial.width, trial.blocks) == size]


def draw_sizes(trials: Sequence[Trial], picture: Path) -> None:
    """Loss over parameters with its spread over the folds, and loss over tokens seen (PNG)."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    figure = Figure(figsize=(11, 4.5), dpi=110)
    FigureCanvasAgg(figure)
    by_parameters = figure.add_subplot(1, 2, 1, xlabel="million parameters", ylabel="nats per token, kept-out fold")
    by_tokens = figure.add_subplot(1, 2, 2, xlabel="million tokens seen", ylabel="nats per token, mean of folds")
    for (width, blocks), of_size in sorted(_by_size(trials)):
        nats = [trial.nats for trial in of_size]
        by_parameters.errorbar(of_size[0].parameters / 1e6, statistics.mean(nats), capsize=3, marker="o",
                               yerr=statistics.stdev(nats) if len(nats) > 1 else None, label=f"{blocks} x {width}")
        points = zip(*(trial.curve for trial in of_size), strict=False)
        mean = [(each[0][0] / 1e6, statistics.mean(point[1] for point in each)) for each in points]
        by_tokens.plot(*zip(*mean, strict=True), marker=".", label=f"{blocks} x {width}")
    by_parameters.set_xscale("log")
    by_parameters.xaxis.set_major_formatter("{x:g}")
    by_parameters.xaxis.set_minor_formatter("{x:g}")
    for axes in (by_parameters, by_tokens):
        axes.grid(alpha=0.3)
        axes.legend(fontsize=8, title="blocks x width")
    figure.tight_layout()
    figure.savefig(picture)
