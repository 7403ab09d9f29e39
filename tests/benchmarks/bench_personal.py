"""How well personal models foresee and recognise their people, on made-up logs of ten people. Run by hand.

    python -m tests.benchmarks.bench_personal MODEL_FOLDER [--messages 1000] [--people 10] [--mode person] [--out FILE]

For every person a log is written, a personal model made, and the result printed as a JSON line. Then author
identification: bundles of five of a person's held-out messages go to the model whose log-probability, minus the
base's, is the highest; hit@1 is the share that goes to the right one (a tenth by chance). The last line compares
the speed of a training step with that of a plain float32 ``nn.LSTM`` model of as many parameters, in the same run.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn

from chatbot.catalog.package import write_package
from chatbot.chatlogs.reading import read_log
from chatbot.chatlogs.sessions import Part
from chatbot.core.personal import PersonalMode, TrainProgress
from chatbot.engine.load import load_model
from chatbot.engine.log_memory import MEMORY_NAME, LogMemory
from chatbot.engine.network import LanguageModel
from chatbot.engine.roles import SPEAKER_B
from chatbot.engine.stepping import StepNetwork
from chatbot.training.hardware import keep_freed_memory, probe_precision
from chatbot.training.held_out import ForwardScorer, Scorer, SteppingScorer
from chatbot.training.personal.base import BaseModel, load_base
from chatbot.training.personal.fine_tuner import FineTuner
from chatbot.training.personal.measuring import own_turns
from chatbot.training.personal.plan import TOKENS_PER_MESSAGE, make_plan
from chatbot.training.personal.run import Personalisation, Request
from chatbot.training.personal.streams import TalkStreams
from chatbot.training.personal.talks import PersonalTalks, Talk, cast_for, encode_talks, with_own_token
from chatbot.training.personal.tuning import FullTuning, LowRankTuning
from tests.training.personal.people import Person, make_people, write_log

BUNDLE = 5


def talks_of(base: BaseModel, person: Person, messages: int, mode: PersonalMode, folder: Path) -> PersonalTalks:
    """The person's log, read as a user's export is."""
    with read_log([write_log(person, messages, folder / f"{person.name}.txt")]) as log:
        ids = frozenset(log.speaker_ids(person.name))
        return encode_talks(base.tokenizer, log.split().label(log.sessions()), ids, cast_for(mode, base.free_author))


def personal_scorer(package: Path, base_folder: Path) -> Scorer:
    """The scorer of a written personal model."""
    model, tokenizer, _ = load_model(package, lambda _: base_folder)
    if (package / MEMORY_NAME).exists():
        a = model.architecture
        copyable = torch.tensor([not special for special in tokenizer.is_special])
        memory = LogMemory.load(package / MEMORY_NAME, a.width, a.vocabulary_size)
        return SteppingScorer(StepNetwork(model, copyable, "float32", memory))
    return ForwardScorer(model, tokenizer)


def bundles(nats: np.ndarray) -> np.ndarray:
    """Sums over five turns in a row; a rest of fewer is left out."""
    count = len(nats) // BUNDLE
    return nats[:count * BUNDLE].reshape(count, BUNDLE).sum(1)


def identification(base_folder: Path, packages: dict[str, Path], tests: dict[str, list[Talk]]) -> dict[str, object]:
    """Which person's model knows each bundle best."""
    base = load_base(base_folder, lambda _: base_folder)
    own, neutral = base.tokenizer.role(base.free_author), base.tokenizer.role(SPEAKER_B)
    base_scorer = ForwardScorer(base.model, base.tokenizer)
    gains: dict[str, list[np.ndarray]] = {name: [] for name in tests}
    base_nats = {name: own_turns(base_scorer, base.tokenizer, with_own_token(talks, own, neutral)).nats
                 for name, talks in tests.items()}
    for package in packages.values():
        scorer = personal_scorer(package, base_folder)
        for name, talks in tests.items():
            nats = own_turns(scorer, base.tokenizer, talks).nats
            gains[name].append(bundles(base_nats[name]) - bundles(nats))
    order = list(packages)
    hits = {name: [order[int(best)] == name for best in np.stack(rows).argmax(0)] for name, rows in gains.items()}
    everything = [hit for rows in hits.values() for hit in rows]
    return {"kind": "author_identification", "people": len(order), "bundles": len(everything),
            "hit_at_1": round(float(np.mean(everything)), 3), "chance": round(1 / max(1, len(order)), 3),
            "by_person": {name: round(float(np.mean(rows)), 3) for name, rows in hits.items() if rows}}


class PlainLstm(nn.Module):
    """The textbook model in float32: ``nn.Embedding``, one ``nn.LSTM``, a projection, and the embedding as output."""

    def __init__(self, vocabulary: int, width: int, units: int, layers: int) -> None:
        super().__init__()
        self.embedding, self.lstm = nn.Embedding(vocabulary, width), nn.LSTM(width, units, layers)
        self.project, self.bias = nn.Linear(units, width), nn.Parameter(torch.zeros(vocabulary))

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Logits [time, batch, vocabulary]."""
        hidden = self.project(self.lstm(self.embedding(tokens))[0])
        return nn.functional.linear(hidden, self.embedding.weight, self.bias)


def plain_model(model: LanguageModel) -> PlainLstm:
    """As many layers as ``model`` has blocks, the same width, and at most as many parameters (within 64 units)."""
    a = model.architecture
    units = 64
    while _parameters(a.vocabulary_size, a.width, units + 64, a.blocks) <= model.parameter_count:
        units += 64
    return PlainLstm(a.vocabulary_size, a.width, units, a.blocks)


def _parameters(vocabulary: int, width: int, units: int, layers: int) -> int:
    with torch.device("meta"):
        return sum(p.numel() for p in PlainLstm(vocabulary, width, units, layers).parameters())


def plain_rate(model: PlainLstm, streams: int, window: int, steps: int = 8) -> float:
    """Tokens per second of the plain loop: AdamW, cross-entropy, clipping."""
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3)
    ids = torch.randint(0, model.embedding.num_embeddings, (window + 1, streams))
    times = []
    for _ in range(steps):
        start = time.perf_counter()
        loss = nn.functional.cross_entropy(model(ids[:-1]).flatten(0, 1), ids[1:].flatten())
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        times.append(time.perf_counter() - start)
    return streams * window / float(np.median(times[1:]))


def speed(base_folder: Path, talks: PersonalTalks, messages: int) -> dict[str, object]:
    """A step as it is made for logs of so many messages (low-rank or of all weights; streams of the log and of replayed
    text, here both the log's), against the plain loop with as many streams."""
    base = load_base(base_folder)
    plan = make_plan(TOKENS_PER_MESSAGE * messages, has_replay=True)
    end = base.tokenizer.role("<end>")
    log, replay = (TalkStreams(talks.parts[Part.TRAIN], streams, end, seed)
                   for seed, streams in enumerate((plan.streams, plan.replay_streams), 1))
    plain_network = plain_model(base.model)
    tuning = LowRankTuning(base.model, end, None, 1) if plan.is_low_rank else FullTuning(base.model, None)
    tuner = FineTuner(plan, tuning, log, replay, base.copyable(), probe_precision())
    streams = plan.streams + plan.replay_streams
    rates: dict[str, list[float]] = {"ours": [], "plain": []}
    for _ in range(3):  # in turn, so that a disturbance hits both
        times = []
        for _ in range(5):
            start = time.perf_counter()
            tuner.one_step()
            times.append(time.perf_counter() - start)
        rates["ours"].append(plan.tokens_per_step / float(np.median(times[1:])))
        rates["plain"].append(plain_rate(plain_network, streams, plan.window, steps=5))
    ours, plain = (float(np.median(values)) for values in rates.values())
    return {"kind": "speed", "messages": messages, "low_rank": plan.is_low_rank,
            "tokens_per_second": round(ours), "plain_float32_lstm": round(plain),
            "ratio": round(ours / plain, 2), "parameters": base.model.parameter_count,
            "plain_parameters": sum(p.numel() for p in plain_network.parameters()),
            "streams": streams, "window": plan.window, "threads": torch.get_num_threads()}


def main() -> None:
    """See the module docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--people", type=int, default=10)
    parser.add_argument("--mode", choices=[str(mode) for mode in PersonalMode], default="person")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    keep_freed_memory()
    torch.set_num_threads(chosen.threads)
    mode = PersonalMode(chosen.mode)
    packages: dict[str, Path] = {}
    tests: dict[str, list[Talk]] = {}

    def say(record: dict[str, object]) -> None:
        line = json.dumps(record, ensure_ascii=False)
        print(line, flush=True)
        if chosen.out:
            with chosen.out.open("a", encoding="utf-8") as file:
                file.write(line + "\n")

    with tempfile.TemporaryDirectory(prefix="bench-personal-") as name:
        folder = Path(name)
        for person in make_people(chosen.people, chosen.seed):
            base = load_base(chosen.model, lambda _: chosen.model)
            talks = talks_of(base, person, chosen.messages, mode, folder)
            request = Request(mode, person.name.lower(), person.name, chosen.minutes, chosen.seed)
            outcome = Personalisation(base, talks, request, _silent).run()
            say({"kind": "person", "name": person.name, **outcome.result.to_dict()})
            if outcome.package is not None:
                tests[person.name] = talks.parts[Part.TEST]
                packages[person.name] = write_package(folder / person.name.lower(), outcome.package.fields,
                                                      outcome.package.files).folder
        if mode is PersonalMode.PERSON and packages:
            say(identification(chosen.model, packages, tests))
        for messages in (1_000, 10_000):
            say(speed(chosen.model, talks, messages))


def _silent(progress: TrainProgress) -> None:
    pass


if __name__ == "__main__":
    main()
