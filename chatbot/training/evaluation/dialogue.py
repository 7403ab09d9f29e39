"""``dialogue``: the question cards, and the numbers of scripted conversations, with the default settings."""

from __future__ import annotations

from chatbot.core.sampling import Sampling
from chatbot.engine.load import load_engine
from chatbot.training.cards import CARD_NAMES, CardScore, read_card, score_card
from chatbot.training.dialogue_numbers import dialogue_numbers, hold_conversations, scripted_conversations
from chatbot.training.evaluation.setup import Evaluation, Numbers, Setup

SOURCE = ("cards and conversations written for this project and kept out of training; distinct-n Li et al. 2016, "
          "arXiv 1510.03055; interval Wilson 1927")
FORMULA = ("card: share of replies that hold something accepted and nothing forbidden, with its 95 % Wilson interval; "
           "distinct-n: different n-grams over all n-grams of the replies; repetition_within and _across: share of "
           "3-grams that occurred before in the same reply, or in an earlier reply of the conversation; generic_rate: "
           "share of replies that match a generic pattern")


def evaluate(setup: Setup) -> Evaluation:
    """Every card as a row (memory also by distance), and the conversations as one."""
    engine = load_engine(setup.model_folder, find_parent=setup.find_parent)
    numbers: dict[str, Numbers] = {}
    for name in CARD_NAMES:
        items = setup.limited(list(read_card(name)))
        result = score_card(engine, items, Sampling(), seeds=(setup.seed,),
                            report=lambda done, of, name=name: setup.report(f"{name} card", done, of))
        numbers[name] = _row(result.score)
        numbers |= {f"{name}, {distance} turns back": _row(score) for distance, score in result.by_distance().items()}
    held = hold_conversations(engine, setup.limited(list(scripted_conversations())), Sampling(), seed=setup.seed,
                              report=lambda done, of: setup.report("conversations", done, of))
    numbers["conversations"] = dialogue_numbers(held).to_dict()
    return Evaluation("dialogue", SOURCE, FORMULA, numbers)


def _row(score: CardScore) -> Numbers:
    low, high = score.interval
    return {"rate": round(score.rate, 4), "low": round(low, 4), "high": round(high, 4), "items": score.asked}
