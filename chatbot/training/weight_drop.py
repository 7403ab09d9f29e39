"""Weight drop (Merity and others 2018, arXiv 1708.02182): recurrent weights are dropped out, one mask a window.

The masked weights are put in place of the parameters for one forward pass, so that torch's fused recurrent kernels
stay in use.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from torch import nn

from chatbot.engine.network import LanguageModel


@contextmanager
def weights_dropped(model: LanguageModel, rate: float) -> Iterator[None]:
    """Within the block, every recurrent matrix is masked with probability ``rate``; gradients reach the original."""
    if rate <= 0.0:
        yield
        return
    places = [(module, name) for block in model.blocks for module in block.cell.modules()
              for name in ("weight_hh_l0",) if hasattr(module, name)]
    originals = {}
    for module, name in places:
        originals[module, name] = module._parameters.pop(name)
        setattr(module, name, nn.functional.dropout(originals[module, name], rate, training=True))
    try:
        yield
    finally:
        for (module, name), weight in originals.items():
            delattr(module, name)
            setattr(module, name, weight)  # through RNNBase.__setattr__, which also renews its flat weight list
