"""Everything a model card reports about a package, measured in one go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from chatbot.core.protocols import Engine
from chatbot.core.sampling import Sampling
from chatbot.engine.load import load_engine, load_model
from chatbot.engine.products import choose_kernel
from chatbot.engine.stepping import StepNetwork
from chatbot.training.cards import CARD_NAMES, CardScore, read_card, score_card
from chatbot.training.corpus import read_held_out
from chatbot.training.dialogue_numbers import dialogue_numbers, hold_conversations, scripted_conversations
from chatbot.training.hardware import keep_freed_memory, probe_precision
from chatbot.training.held_out import ForwardScorer, SteppingScorer, held_out_table, prepare_held_out
from chatbot.training.model_card import Measured
from chatbot.training.sample_chats import sample_chats
from chatbot.training.trainer import copyable_tokens


def measure(model_folder: Path, corpus: Path, *, report: Callable[[str], None],
            tokens_per_group: int | None = None) -> Measured:
    """Held-out loss in float and int8, the dialogue cards, and the sample chats.

    Float means the precision the machine trains in: bfloat16 differs from float32 by less than 0.1 % here and takes a
    quarter of the time.
    """
    keep_freed_memory()
    model, tokenizer, _ = load_model(model_folder)
    groups = prepare_held_out(tokenizer, read_held_out(corpus), tokens_per_group)
    report("Held-out text, float ...")
    held_out = held_out_table(ForwardScorer(model, tokenizer, probe_precision()), tokenizer, groups)
    report("Held-out text, int8 ...")
    network = StepNetwork(model, copyable_tokens(tokenizer), choose_kernel())
    held_out_int8 = held_out_table(SteppingScorer(network), tokenizer, groups)
    engine = load_engine(model_folder)
    report("Dialogue cards ...")
    cards, dialogue = _dialogue(engine)
    report("Sample chats ...")
    return Measured(model.parameter_count, held_out, held_out_int8, sample_chats(engine, Sampling()), cards, dialogue)


def _dialogue(engine: Engine) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """Rates of the question cards, and the numbers of the scripted conversations."""
    cards = {}
    for name in CARD_NAMES:
        result = score_card(engine, read_card(name), Sampling())
        cards[name] = _rate(result.score)
        cards |= {f"{name}, {distance} turns back": _rate(score) for distance, score in result.by_distance().items()}
    held = hold_conversations(engine, scripted_conversations(), Sampling())
    return cards, {name: float(value) for name, value in dialogue_numbers(held).to_dict().items()}


def _rate(score: CardScore) -> dict[str, float]:
    low, high = score.interval
    return {"rate": score.rate, "low": low, "high": high, "items": float(score.asked)}


def quality_numbers(measured: Measured) -> dict[str, float]:
    """The numbers of the package's ``quality`` field."""
    numbers = {f"heldout.{group}.perplexity": values["perplexity_per_word"]
               for group, values in measured.held_out.items()}
    numbers |= {f"heldout.{group}.bits_per_byte": values["bits_per_byte"]
                for group, values in measured.held_out.items()}
    numbers |= {f"heldout_int8.{group}.perplexity": values["perplexity_per_word"]
                for group, values in measured.held_out_int8.items()}
    numbers |= {f"card.{name}": round(card["rate"], 4) for name, card in measured.cards.items()
                if name in CARD_NAMES}
    return numbers | {f"dialogue.{name}": round(value, 4) for name, value in measured.dialogue.items()}


