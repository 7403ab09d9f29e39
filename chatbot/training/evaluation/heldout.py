"""``heldout``: the project's own held-out text, by group, with the training pass and with the network of chat."""

from __future__ import annotations

from chatbot.engine.load import load_model
from chatbot.engine.products import choose_kernel
from chatbot.engine.stepping import StepNetwork
from chatbot.training.corpus import read_held_out
from chatbot.training.evaluation.setup import Evaluation, Setup
from chatbot.training.hardware import keep_freed_memory
from chatbot.training.held_out import (ForwardScorer, HeldOutGroup, HeldOutLoss, Scorer, SteppingScorer,
                                       held_out_loss, prepare_held_out)
from chatbot.training.trainer import copyable_tokens

SOURCE = "1 % of every source of the corpus and every 20th of the project's own dialogues, never trained on"
FORMULA = ("perplexity_per_word = exp(nats of all tokens / (words and punctuation marks + one end per turn)); "
           "bits_per_byte = nats / ln 2 / (UTF-8 bytes + one per turn); role tokens and <end> count in the nats")


def evaluate(setup: Setup) -> Evaluation:
    """Rows ``float.GROUP`` and ``int8.GROUP`` (the kernel that chat would use here), and ``overall`` of each.

    ``limit`` is the number of tokens per group.
    """
    keep_freed_memory()
    model, tokenizer, _ = load_model(setup.model_folder, setup.find_parent)
    groups = prepare_held_out(tokenizer, read_held_out(setup.corpus), setup.limit)
    kernel = choose_kernel()
    scorers: dict[str, Scorer] = {"float": ForwardScorer(model, tokenizer)}
    if kernel != "float32":
        scorers[kernel] = SteppingScorer(StepNetwork(model, copyable_tokens(tokenizer), kernel))
    numbers: dict[str, dict[str, float]] = {}
    for number, (name, scorer) in enumerate(scorers.items()):
        overall = HeldOutLoss()
        for group in setup.counted(f"held-out text, {name}", groups, len(groups)):
            overall.add(_of_group(scorer, tokenizer, group, f"{name}.{group.name}", numbers))
        numbers[f"{name}.overall"] = overall.to_dict()
        if number:
            numbers[f"{name}.overall"]["perplexity_rise_percent"] = round(100 * (
                numbers[f"{name}.overall"]["perplexity_per_word"] / numbers["float.overall"]["perplexity_per_word"]
                - 1), 3)
    return Evaluation("heldout", SOURCE, FORMULA, dict(numbers))


def _of_group(scorer: Scorer, tokenizer: object, group: HeldOutGroup, name: str,
              numbers: dict[str, dict[str, float]]) -> HeldOutLoss:
    loss = held_out_loss(scorer, tokenizer, group)  # type: ignore[arg-type]
    numbers[name] = loss.to_dict()
    return loss
