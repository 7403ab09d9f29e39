"""Blocks at equal budget: LSTM, minLSTM, Mogrifier LSTM, with and without residuals. Run by hand.

    python -m tests.benchmarks.compare_blocks VARIANT --corpus DIR --out DIR [--seed 1] [--tokens N] [--width 256]
    python -m tests.benchmarks.run_table DIR...

Corpus, order, mixture and optimiser are those of the recipe ``compare-lstm``; the rate stays level after the warm-up,
so that runs can be compared wherever they stand. All variants have about the same number of parameters. An interrupted
run goes on from its last checkpoint. The candidates that lost stay here and out of the program.

- ``lstm``: x + project(LSTM(norm x)), x + MLP(norm x), the block of the design.
- ``minlstm``: the same with the cell of Feng et al. 2024 (arXiv 2410.01201), twice as many units.
- ``mogrifier``: the same with ``MogrifierLstm``, the MLP smaller by the parameters of its gates.
- ``residual``: x + project(LSTM(norm x)) without MLP, more units instead.
- ``stacked``: project(LSTM(norm x)) on top of each other, without residuals and MLP: the stack of the textbooks.
"""

from __future__ import annotations

import argparse
import json
from functools import partial
from pathlib import Path

import torch
from torch import Tensor, nn

from chatbot.engine.cells import Cell, CellState
from chatbot.engine.network import Block, LanguageModel, locked_dropout
from chatbot.training import run
from chatbot.training.recipe import Recipe, load_recipe
from chatbot.training.tuning import sized

VARIANTS = ("lstm", "minlstm", "mogrifier", "residual", "stacked")
_ROUNDS, _RANK = 5, 48


class MogrifierLstm(Cell):
    """LSTM whose input and state gate each other first (Melis et al. 2020, arXiv 1909.01792, equations 1 to 4).

    x <- 2 sigmoid(Q h) x in odd rounds, h <- 2 sigmoid(R x) h in even ones; Q and R of low rank.
    """

    state_count = 2

    def __init__(self, width: int, cell_width: int, rounds: int = _ROUNDS, rank: int = _RANK) -> None:
        super().__init__(width, cell_width)
        sizes = [(cell_width, width) if number % 2 == 0 else (width, cell_width) for number in range(rounds)]
        self.enter = nn.ParameterList(torch.randn(source, rank) * source ** -0.5 for source, _ in sizes)
        self.leave = nn.ParameterList(torch.randn(rank, target) * rank ** -0.5 for _, target in sizes)
        self.from_input = nn.Parameter(torch.empty(4 * cell_width, width))
        self.from_state = nn.Parameter(torch.empty(4 * cell_width, cell_width))
        self.bias = nn.Parameter(torch.zeros(4 * cell_width))
        nn.init.xavier_uniform_(self.from_input)
        for gate in range(4):
            nn.init.orthogonal_(self.from_state.data[gate * cell_width:(gate + 1) * cell_width])
        self.bias.data[cell_width:2 * cell_width] = 1.0

    def forward(self, x: Tensor, state: CellState) -> tuple[Tensor, CellState]:
        """See ``chatbot.engine.cells``."""
        dtype = x.dtype
        with torch.autocast(x.device.type, enabled=False):  # cast once here, not in every step
            gates = [a.to(dtype) for a in self.enter], [b.to(dtype) for b in self.leave]
            matrix = torch.cat([self.from_input, self.from_state], 1).to(dtype).t()
            bias, (h, c), outputs = self.bias.to(dtype), (state[0].to(dtype), state[1].float()), []
            for position in x.unbind(0):
                position, h = _gated(position, h, *gates)
                i, f, g, o = torch.addmm(bias, torch.cat([position, h], 1), matrix).chunk(4, 1)
                c = f.sigmoid() * c + i.sigmoid() * g.tanh()
                h = o.sigmoid() * c.tanh().to(dtype)
                outputs.append(h)
        return torch.stack(outputs), (h.float(), c)


def _gated(x: Tensor, h: Tensor, enter: list[Tensor], leave: list[Tensor]) -> tuple[Tensor, Tensor]:
    for number in range(len(enter)):
        if number % 2 == 0:
            x = 2.0 * torch.sigmoid(h @ enter[number] @ leave[number]) * x
        else:
            h = 2.0 * torch.sigmoid(x @ enter[number] @ leave[number]) * h
    return x, h


class StackedBlock(Block):
    """A block that replaces its input instead of adding to it."""

    def forward(self, x: Tensor, state: CellState, dropout: float = 0.0) -> tuple[Tensor, CellState]:
        """See ``Block``."""
        y, state = self.cell(self.cell_norm(x), state)
        return locked_dropout(self.project(y), dropout), state


def recipe_of(variant: str, width: int, seed: int, tokens: int) -> Recipe:
    """``compare-lstm`` at another width, with the sizes that give every variant the same number of parameters."""
    base, _ = load_recipe(Path("compare-minlstm.toml" if variant == "minlstm" else "compare-lstm.toml"))
    recipe = sized(base, width, base.model.blocks)
    model = recipe.model
    if variant == "minlstm":  # 4 w c where the LSTM of ``width`` units has 9 w w
        model = model.model_copy(update={"cell_width": 9 * width // 4})
    elif variant == "mogrifier":
        own = _ROUNDS * _RANK * (width + model.cell_width)
        model = model.model_copy(update={"mlp_width": model.mlp_width - own // (2 * width)})
    elif variant in ("residual", "stacked"):
        # 4 c (w + c) + c w for the cell and its projection is to be what cell, projection and MLP were before.
        wanted = 5 * width * model.cell_width + 4 * model.cell_width ** 2 + 2 * width * model.mlp_width
        units = (-5 * width + (25 * width ** 2 + 16 * wanted) ** 0.5) / 8
        model = model.model_copy(update={"mlp_width": 0, "cell_width": round(units)})
    optimisation = recipe.optimisation.model_copy(update={"schedule": "constant"})
    return recipe.model_copy(update={"name": f"{variant}-{width}-{seed}", "seed": seed, "tokens": tokens,
                                     "model": model, "optimisation": optimisation, "held_out_tokens": 20_000})


def network_of(variant: str, recipe: Recipe) -> LanguageModel:
    """The network with the variant's blocks in it."""
    architecture, model = recipe.model.architecture(), run.network_of(recipe)
    if variant == "mogrifier":
        for block in model.blocks:
            block.cell = MogrifierLstm(architecture.width, architecture.cell_width)
    elif variant == "stacked":
        model.blocks = nn.ModuleList(StackedBlock(architecture) for _ in range(architecture.blocks))
        for block in model.blocks:  # the small start of a branch that is added would fade from block to block
            nn.init.xavier_uniform_(block.project.weight)
    return model


def main() -> None:
    """Train one variant."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("variant", choices=VARIANTS)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tokens", type=int, default=20_000_000)
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    recipe = recipe_of(given.variant, given.width, given.seed, given.tokens)
    run.train_recipe(recipe, recipe.model_dump_json(), given.corpus, given.out, resume=True,
                     threads=given.threads, report=lambda record: print(json.dumps(record), flush=True),
                     make_network=partial(network_of, given.variant))


if __name__ == "__main__":
    main()
