"""``classify``: what the hidden state knows about a text, by a linear probe, against a bag of the same words."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import torch

from chatbot.engine.load import load_model
from chatbot.engine.roles import END, TEXT
from chatbot.engine.stepping import StepNetwork
from chatbot.engine.tokenizer import Tokenizer
from chatbot.training.corpus import BOT_GROUP, OWN_SOURCE, Document, read_held_out
from chatbot.training.evaluation.linear_probe import bag_of_words, probe_accuracy
from chatbot.training.evaluation.setup import Evaluation, EvaluationError, Setup
from chatbot.training.trainer import copyable_tokens

SOURCE = ("the project's held-out text; probing as in Alain & Bengio 2017, arXiv 1610.01644, and Conneau et al. 2018, "
          "arXiv 1805.01070")
FORMULA = ("accuracy of multinomial logistic regression (L2, penalty chosen on a sixth) on a third that was not fitted "
           "on, classes of equal size, so that chance is 1 / classes; state = the recurrent state of all blocks after "
           "the text, mean = the output vectors averaged over the text, bag_of_words = log(1 + count) of sub-words")
EXAMPLES_PER_CLASS = 400
_LONGEST_TOKENS = 64
_SENTENCE_ENDS = ".!?\"' "


def group_examples(documents: Sequence[Document]) -> list[tuple[str, str]]:
    """(group, one turn or the beginning of a prose text)."""
    return [(d.group, max(d.turns, key=len)[:400]) for d in documents]


def question_examples(documents: Sequence[Document]) -> list[tuple[str, str]]:
    """(question or statement, a turn of one sentence without its final sign)."""
    turns = [turn for d in documents if not d.is_prose for turn in d.turns]
    return [("question" if turn.rstrip().endswith("?") else "statement", turn.rstrip(_SENTENCE_ENDS))
            for turn in turns if 3 <= len(turn.split()) <= 25
            and not any(sign in turn.rstrip(_SENTENCE_ENDS) for sign in ".!?")]


def voice_examples(documents: Sequence[Document]) -> list[tuple[str, str]]:
    """(program or person, a turn of the project's own dialogues)."""
    return [("program" if speaker else "person", turn) for d in documents
            if d.source == OWN_SOURCE or d.group == BOT_GROUP
            for speaker, turn in zip(d.speakers, d.turns, strict=True) if len(turn.split()) >= 3]


TASKS = {"group": group_examples, "question": question_examples, "voice": voice_examples}


def balanced(examples: list[tuple[str, str]], most: int, seed: int) -> list[tuple[str, str]]:
    """Equally many examples of every class, at most ``most`` of each, no text twice, in a fixed random order."""
    by_class: dict[str, list[str]] = {}
    for name, text in dict.fromkeys(examples):
        by_class.setdefault(name, []).append(text)
    rng = random.Random(seed)
    count = min([most, *(len(texts) for texts in by_class.values())])
    if len(by_class) < 2 or count < 6:
        raise EvaluationError("The held-out text has too few examples for a probe; it needs 6 of each of 2 classes.")
    chosen = [(name, text) for name, texts in sorted(by_class.items()) for text in rng.sample(texts, count)]
    rng.shuffle(chosen)
    return chosen


class StateReader:
    """Turns texts into features: the state after a text, and the mean of the output vectors."""

    def __init__(self, network: StepNetwork, tokenizer: Tokenizer) -> None:
        self._network, self._tokenizer = network, tokenizer
        self._begin = [tokenizer.role(END), tokenizer.role(TEXT)]

    def features(self, text: str) -> tuple[torch.Tensor, torch.Tensor]:
        """[blocks x cell_width] and [width]. Every text is read as prose, so that no role gives it away."""
        state = self._network.blank_state()
        ids = [*self._begin, *self._tokenizer.encode(text)[:_LONGEST_TOKENS]]
        hidden = self._network.advance(torch.tensor(ids).unsqueeze(1), state)
        return torch.cat([cell[0][0] for cell in state.cells]), hidden[len(self._begin):, 0].mean(dim=0)


def read_documents(corpus: Path) -> list[Document]:
    """All held-out documents."""
    return list(read_held_out(corpus))


@torch.inference_mode()
def evaluate(setup: Setup) -> Evaluation:
    """A row for each task. ``limit``: examples per class."""
    model, tokenizer, _ = load_model(setup.model_folder, setup.find_parent)
    reader = StateReader(StepNetwork(model, copyable_tokens(tokenizer), "float32"), tokenizer)
    documents = read_documents(setup.corpus)
    numbers = {task: _row(setup, reader, tokenizer, task, make(documents)) for task, make in TASKS.items()}
    return Evaluation("classify", SOURCE, FORMULA, dict(numbers))


def _row(setup: Setup, reader: StateReader, tokenizer: Tokenizer, task: str,
         examples: list[tuple[str, str]]) -> dict[str, object]:
    chosen = balanced(examples, setup.limit or EXAMPLES_PER_CLASS, setup.seed)
    names = sorted({name for name, _ in chosen})
    labels = torch.tensor([names.index(name) for name, _ in chosen])
    texts = [text for _, text in chosen]
    read = [reader.features(text) for text in setup.counted(f"states, {task}", texts, len(texts))]
    with torch.inference_mode(False):
        features = {"state": torch.stack([state for state, _ in read]).clone(),
                    "mean": torch.stack([mean for _, mean in read]).clone(),
                    "bag_of_words": bag_of_words(tokenizer, texts)}
        row: dict[str, object] = {f"accuracy_{name}": round(probe_accuracy(each, labels, setup.seed), 4)
                                  for name, each in features.items()}
    return row | {"chance": round(1 / len(names), 4), "classes": names, "examples": len(chosen)}
