"""``chatbot generate``: free text after a prompt, without a conversation around it."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from chatbot.commands.engine_loading import load_engine_for, model_option
from chatbot.commands.interrupting import ctrl_c_sets
from chatbot.commands.sampling_options import SamplingCommand, chosen_sampling, sampling_options
from chatbot.core.sampling import Sampling

if TYPE_CHECKING:
    from chatbot.engine.language_engine import LanguageEngine


@click.command("generate", cls=SamplingCommand, short_help="Write on after a prompt.")
@click.option("--prompt", required=True, metavar="TEXT", help="The beginning; the model goes on after it.")
@click.option("--greedy", "is_greedy", is_flag=True, help="Always take the likeliest token (temperature 0).")
@model_option
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object at the end instead of the text.")
@sampling_options
def command(prompt: str, is_greedy: bool, model_id: str | None, is_json: bool, preset: str | None,
            **sampling: Any) -> None:
    """Write on after a prompt."""
    if is_greedy and sampling["sampling_temperature"] is not None:
        raise click.UsageError("--greedy is temperature 0; give either --greedy or --temperature.")
    chosen = chosen_sampling(preset, sampling)
    if is_greedy:
        chosen = replace(chosen, temperature=0.0)
    if chosen.seed < 0:
        chosen = replace(chosen, seed=secrets.randbelow(2**31))
    engine = load_engine_for(model_id)
    stop = threading.Event()
    started_at = time.perf_counter()
    with ctrl_c_sets(stop):
        text = _written(engine.generate(prompt, chosen, stop, chosen.seed), prompt, is_json)
    if is_json:
        record = _record(engine, prompt, text, chosen, time.perf_counter() - started_at)
        click.echo(json.dumps(record, ensure_ascii=False))
    if stop.is_set():
        raise KeyboardInterrupt


def _written(pieces: Iterator[str], prompt: str, is_json: bool) -> str:
    """All pieces as one text; shown as they come unless only JSON is wanted."""
    parts: list[str] = []
    if not is_json:
        click.echo(prompt, nl=False)
    for piece in pieces:
        parts.append(piece)
        if not is_json:
            click.echo(piece, nl=False)
    if not is_json:
        click.echo()
    return "".join(parts)


def _record(engine: LanguageEngine, prompt: str, text: str, sampling: Sampling, seconds: float) -> dict[str, object]:
    tokens = engine.token_count(text)
    return {"prompt": prompt, "text": text, "tokens": tokens, "seconds": round(seconds, 4),
            "tokens_per_second": round(tokens / max(seconds, 1e-9), 1), "seed": sampling.seed,
            "temperature": sampling.temperature, "model": engine.summary.id}
