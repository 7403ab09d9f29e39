"""``chatbot bench``: speeds of a model on this computer, as ratios within one run.

Every ratio compares two things measured one after the other in the same process, so that a busy computer spoils both.
"""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

from chatbot.core.messages import Role
from chatbot.core.replies import ReplyEnd, ReplyRequest, Turn
from chatbot.core.sampling import LiveSampling, Sampling
from chatbot.engine.language_engine import LanguageEngine
from chatbot.engine.load import load_engine, load_model
from chatbot.engine.network import LanguageModel
from chatbot.engine.products import choose_kernel
from chatbot.engine.stepping import StepNetwork

_MESSAGES = ("hi there", "my name is Sam and I have a cat called Pepper", "what do you like to do on a rainy day?",
             "tell me something about the sea")
LONG_TOKENS = 20_000


def median_seconds(work: Callable[[], object], repeats: int = 5) -> float:
    """Median time of ``work`` after one call that is not counted."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def run_bench(model_folder: Path) -> list[dict[str, object]]:
    """All rows, on one thread: ``{"name": ..., figures}``. Takes about a minute."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.inference_mode():
            return _rows(model_folder)
    finally:
        torch.set_num_threads(threads)


def _rows(folder: Path) -> list[dict[str, object]]:
    start = time.perf_counter()
    engine = load_engine(folder)
    loading = time.perf_counter() - start
    model, tokenizer, _ = load_model(folder)
    copyable = torch.tensor([not special for special in tokenizer.is_special])
    fast = StepNetwork(model, copyable, choose_kernel())
    plain = StepNetwork(model, copyable, "float32")
    rows: list[dict[str, object]] = [{"name": "model", "id": engine.summary.id, "kernel": engine.kernel,
                                      "parameters": engine.summary.parameters, "load_seconds": loading,
                                      "state_bytes": engine.summary.state_bytes}]
    fast_rate, plain_rate = step_rate(fast, 1), step_rate(plain, 1)
    default_rate = default_lstm_rate(model)
    rows.append({"name": "step", "tokens_per_second": fast_rate, "float32_tokens_per_second": plain_rate,
                 "ratio_to_float32": fast_rate / plain_rate})
    rows.append({"name": "step against nn.LSTM", "tokens_per_second": fast_rate,
                 "nn_lstm_tokens_per_second": default_rate, "ratio": fast_rate / default_rate})
    rows.append(candidates_row(engine))
    rows.append(reply_row(engine))
    rows.append(long_conversation_row(fast))
    return rows


def step_rate(network: StepNetwork, batch: int, tokens: int = 100) -> float:
    """Tokens per second and row: feed one token, compute the whole next-token distribution, again and again."""
    state = network.blank_state().repeated(batch)
    ids = torch.randint(300, network.architecture.vocabulary_size, (tokens, 1, batch))

    def work() -> None:
        for t in range(tokens):
            hidden = network.advance(ids[t], state)
            network.distribution(hidden[-1], state)

    return tokens / median_seconds(work)


def default_lstm_rate(model: LanguageModel, tokens: int = 20) -> float:
    """Tokens per second of the textbook way: ``nn.Embedding``, one ``nn.LSTM`` of as many parameters, ``nn.Linear``,
    called with one token at a time in float32 with torch's default settings."""
    a = model.architecture
    layers = a.blocks
    wanted = model.parameter_count - a.vocabulary_size * a.width
    units = a.width
    while layers * 8 * (units + 64) * (units + 64) <= wanted:
        units += 64
    embedding, lstm = nn.Embedding(a.vocabulary_size, units), nn.LSTM(units, units, layers)
    head = nn.Linear(units, a.vocabulary_size)
    state = None

    def work() -> None:
        nonlocal state
        for t in range(tokens):
            y, state = lstm(embedding(torch.tensor([[t + 300]])), state)
            torch.softmax(head(y[-1]), dim=-1)

    return tokens / median_seconds(work, 3)


def _reply(engine: LanguageEngine, text: str, state: bytes | None, sampling: Sampling) -> ReplyEnd:
    request = ReplyRequest(1, engine.summary.id, (Turn(Role.USER, text, 1),), LiveSampling(sampling), state,
                           reply_message_id=2, stop=threading.Event())
    end = list(engine.reply(request))[-1]
    assert isinstance(end, ReplyEnd)
    return end


def candidates_row(engine: LanguageEngine) -> dict[str, object]:
    """Time of a reply of 20 tokens drawn from 16 candidates over one drawn alone."""
    def work(candidates: int) -> Callable[[], object]:
        sampling = Sampling(candidates=candidates, min_tokens=20, max_tokens=20, seed=7)
        return lambda: _reply(engine, _MESSAGES[0], None, sampling)

    one, sixteen = median_seconds(work(1), 9), median_seconds(work(16), 9)
    return {"name": "16 candidates against 1", "one_seconds": one, "sixteen_seconds": sixteen, "ratio": sixteen / one}


def reply_row(engine: LanguageEngine) -> dict[str, object]:
    """Default settings, four messages in a row: medians of a reply's time and of the wait for its first word."""
    state, ends = None, []
    for number, text in enumerate(_MESSAGES):
        end = _reply(engine, text, state, Sampling(seed=number))
        state = end.states[-1][1]
        ends.append(end.statistics)
    return {"name": "reply", "seconds": statistics.median(e.seconds for e in ends),
            "first_token_seconds": statistics.median(e.first_token_seconds for e in ends),
            "tokens_per_second": statistics.median(e.tokens_per_second for e in ends)}


def long_conversation_row(network: StepNetwork) -> dict[str, object]:
    """Time per token after 20,000 tokens of conversation over time per token at its start, and the state's size."""
    ids = torch.randint(300, network.architecture.vocabulary_size, (LONG_TOKENS, 1))
    fresh, late = network.blank_state(), network.blank_state()
    for start in range(0, LONG_TOKENS, 128):
        network.advance(ids[start:start + 128], late)
    probe = ids[:60]

    def work(state) -> None:
        for t in range(len(probe)):
            hidden = network.advance(probe[t:t + 1], state)
            network.distribution(hidden[-1], state)

    ratios, early_times, late_times = [], [], []
    for _ in range(9):  # in turn, so that a disturbance hits both
        early_times.append(median_seconds(lambda: work(fresh.clone()), 1))
        late_times.append(median_seconds(lambda: work(late.clone()), 1))
        ratios.append(late_times[-1] / early_times[-1])
    return {"name": "after 20,000 tokens", "early_seconds_per_token": min(early_times) / len(probe),
            "late_seconds_per_token": min(late_times) / len(probe), "ratio": min(late_times) / min(early_times),
            "median_ratio": statistics.median(ratios), "state_bytes": len(late.to_bytes())}
