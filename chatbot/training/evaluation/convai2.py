"""``convai2``: perplexity, F1 and hits@1 on the ConvAI2 (PersonaChat) validation set, by the published definitions.

What differs from the competition, because of the text at hand: it is written with capitals and plain spacing (theirs is
lower case with separated punctuation), its dialogues begin with a turn of the described speaker, and the nineteen wrong
candidates are drawn anew, as theirs were, from the answers of other dialogues.
"""

from __future__ import annotations

import math
import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch

from chatbot.core.sampling import NEUTRAL, LiveSampling, Sampling
from chatbot.engine.load import load_model
from chatbot.engine.products import choose_kernel
from chatbot.engine.reply import Prompt, Writer, feed
from chatbot.engine.roles import END, END_OF_TURN
from chatbot.engine.stepping import StepNetwork
from chatbot.engine.tokenizer import Tokenizer
from chatbot.training.evaluation.bench_dialogues import BenchDialogue, BenchLayout, read_convai2
from chatbot.training.evaluation.continuations import continuation_logs
from chatbot.training.evaluation.setup import Evaluation, Setup
from chatbot.training.evaluation.word_overlap import split_words, word_f1
from chatbot.training.trainer import copyable_tokens

SOURCE = ("ConvAI2 validation set (Dinan et al. 2019, arXiv 1902.00098); definitions: facebookresearch/ParlAI "
          "projects/convai2/eval_ppl.py, eval_hits.py, eval_f1.py")
FORMULA = ("perplexity = exp(nats of the answers' tokens / words of ParlAI's split tokenizer, end not counted), "
           "perplexity_with_end counts the end of the turn on both sides; hits@1 = share of answers whose mean "
           "log-probability per token (end included) is the highest of 20, 19 drawn from other dialogues; "
           "hits_at_1_relevance subtracts 0.3 x the mean log-probability without context; f1 = ParlAI's word F1 of the "
           "model's reply against the answer, persona and true history given")
CANDIDATES = 20
RELEVANCE = 0.3
GREEDY = replace(NEUTRAL, temperature=0.0, no_repeat_ngram=3, min_tokens=1, max_tokens=40, seed=0)
RANKED_EVERY = 8
"""Replies chosen from many candidates take long, so they are written in every eighth dialogue only."""


@dataclass(slots=True)
class Sums:
    """What is added up over all answers."""

    nats: float = 0.0
    end_nats: float = 0.0
    words: int = 0
    answers: int = 0
    hits: int = 0
    relevant_hits: int = 0
    f1: float = 0.0
    ranked_f1: float = 0.0
    ranked_answers: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer begins: the answer, the same speaker's answers before it, and the tokens of the turn asked."""

    prompt: Prompt
    answer: str
    earlier: tuple[str, ...]
    asked: list[int] | None


class Judge:
    """Measures one model, answer by answer."""

    def __init__(self, network: StepNetwork, tokenizer: Tokenizer, others: list[str], seed: int) -> None:
        self._network, self._tokenizer, self._others = network, tokenizer, others
        self._layout = BenchLayout(tokenizer)
        self._end_of_turn = tokenizer.role(END_OF_TURN)
        self._rng = random.Random(seed)
        self._blank_known: dict[str, float] = {}
        state = network.blank_state()
        self._blank = Prompt(state, feed(network, [tokenizer.role(END), self._layout.answering], state))
        special = [t for t in range(tokenizer.size) if tokenizer.is_special[t]]
        ends = (self._end_of_turn, tokenizer.role(END))
        self._writer = Writer(network, tokenizer, self._blank, ends, [t for t in special if t not in ends])

    def places(self, dialogue: BenchDialogue) -> Iterator[Place]:
        """Before every answer."""
        state = self._network.blank_state()
        feed(self._network, self._layout.opening(dialogue), state)
        for number, text in enumerate(dialogue.turns):
            ids = self._layout.turn(number, text)
            if number % 2 == 0:
                begun = state.clone()
                prompt = Prompt(begun, feed(self._network, ids[:1], begun))
                asked = self._layout.turn(number - 1, dialogue.turns[number - 1]) if number else None
                yield Place(prompt, text, dialogue.turns[:number:2], asked)
            feed(self._network, ids, state)

    def score(self, prompt: Prompt, answer: str, sums: Sums) -> None:
        """Perplexity of the answer alone."""
        [logs] = continuation_logs(self._network, prompt, [self._ids(answer)])
        self._add(logs, answer, sums)

    def rank(self, prompt: Prompt, answer: str, sums: Sums) -> None:
        """Perplexity of the answer, and whether it beats nineteen others."""
        texts = [answer, *self._distractors(answer)]
        rows = [self._ids(text) for text in texts]
        logs = continuation_logs(self._network, prompt, rows)
        self._add(logs[0], answer, sums)
        means = torch.stack([each.mean() for each in logs])
        relevant = means - RELEVANCE * torch.tensor(self._blank_means(texts, rows))
        sums.hits += int(means.argmax() == 0)
        sums.relevant_hits += int(relevant.argmax() == 0)

    def _blank_means(self, texts: list[str], rows: list[list[int]]) -> list[float]:
        """Mean log-probabilities without context; a text that was met before is not scored again."""
        new = [number for number, text in enumerate(texts) if text not in self._blank_known]
        if new:
            found = continuation_logs(self._network, self._blank, [rows[number] for number in new])
            self._blank_known |= {texts[number]: float(logs.mean()) for number, logs in zip(new, found, strict=True)}
        return [self._blank_known[text] for text in texts]

    def write(self, prompt: Prompt, answer: str, sums: Sums) -> None:
        """F1 of the greedy reply."""
        tokens = list(self._writer.one(prompt, LiveSampling(GREEDY), threading.Event(), 0))
        sums.f1 += word_f1(self._tokenizer.decode(tokens), answer)

    def write_ranked(self, place: Place, sums: Sums) -> None:
        """F1 of the reply that chat would give with default settings."""
        sampling = Sampling()
        drawn = self._writer.many(place.prompt, LiveSampling(sampling), threading.Event(), sums.ranked_answers)
        number, _ = self._writer.rank(drawn, sampling, place.earlier, self._out_of_context(place))
        sums.ranked_f1 += word_f1(self._tokenizer.decode(drawn[number].tokens), place.answer)
        sums.ranked_answers += 1

    def _out_of_context(self, place: Place) -> Prompt | None:
        """Where the answer would begin if the turn before it were the whole conversation, as chat has it."""
        if place.asked is None:
            return None
        state = self._network.blank_state()
        begun = [self._tokenizer.role(END), *place.asked, self._layout.answering]
        return Prompt(state, feed(self._network, begun, state))

    def _ids(self, text: str) -> list[int]:
        return [*self._tokenizer.encode(text), self._end_of_turn]

    def _add(self, logs: torch.Tensor, answer: str, sums: Sums) -> None:
        nats = -logs.double()
        sums.nats += float(nats[:-1].sum())
        sums.end_nats += float(nats[-1])
        sums.words += len(split_words(answer))
        sums.answers += 1

    def _distractors(self, answer: str) -> list[str]:
        chosen: list[str] = []
        while len(chosen) < CANDIDATES - 1:
            text = self._rng.choice(self._others)
            if text != answer and text not in chosen:
                chosen.append(text)
        return chosen


@torch.inference_mode()
def evaluate(setup: Setup) -> Evaluation:
    """Rows ``int8`` (all figures, with the network that chat uses here) and ``float`` (perplexity). ``limit``:
    dialogues."""
    model, tokenizer, _ = load_model(setup.model_folder, setup.find_parent)
    dialogues = read_convai2(setup.corpus)
    others = sorted({answer for dialogue in dialogues for answer in dialogue.answers})
    chosen, kernel = setup.limited(dialogues), choose_kernel()
    numbers: dict[str, dict[str, object]] = {}
    for name in dict.fromkeys((kernel, "float32")):
        judge = Judge(StepNetwork(model, copyable_tokens(tokenizer), name), tokenizer, others, setup.seed)
        sums = Sums()
        for number, dialogue in enumerate(setup.counted(f"ConvAI2, {name}", chosen, len(chosen))):
            _measure(judge, dialogue, sums, is_whole=name == kernel, is_ranked=number % RANKED_EVERY == 0)
        numbers[name] = _figures(sums, is_whole=name == kernel)
    return Evaluation("convai2", SOURCE, FORMULA, dict(numbers))


def _measure(judge: Judge, dialogue: BenchDialogue, sums: Sums, *, is_whole: bool, is_ranked: bool) -> None:
    for place in judge.places(dialogue):
        if not is_whole:
            judge.score(place.prompt, place.answer, sums)
            continue
        judge.rank(place.prompt, place.answer, sums)
        judge.write(place.prompt, place.answer, sums)
        if is_ranked:
            judge.write_ranked(place, sums)


def _figures(sums: Sums, *, is_whole: bool) -> dict[str, object]:
    figures: dict[str, object] = {
        "perplexity": round(math.exp(sums.nats / max(1, sums.words)), 2),
        "perplexity_with_end": round(math.exp((sums.nats + sums.end_nats) / max(1, sums.words + sums.answers)), 2),
        "answers": sums.answers, "words": sums.words}
    if is_whole:
        figures |= {"hits_at_1": round(sums.hits / sums.answers, 4),
                    "hits_at_1_relevance": round(sums.relevant_hits / sums.answers, 4),
                    "f1_greedy": round(sums.f1 / sums.answers, 4),
                    "f1_ranked": round(sums.ranked_f1 / max(1, sums.ranked_answers), 4),
                    "ranked_answers": sums.ranked_answers}
    return figures
