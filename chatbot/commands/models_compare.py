"""``chatbot models compare``: two models answer the same message."""

from __future__ import annotations

import json
import secrets
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from chatbot.commands.engine_loading import load_engine_for
from chatbot.commands.interrupting import ctrl_c_sets
from chatbot.commands.models_folders import installed, json_option
from chatbot.commands.sampling_options import chosen_sampling, sampling_options
from chatbot.commands.turn_order import GivenTurn, OrderedTurnsCommand, given_turns
from chatbot.core.messages import Role
from chatbot.core.replies import EndReason, ReplyEnd, ReplyPiece, ReplyRequest, Turn
from chatbot.core.sampling import LiveSampling, Sampling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatbot.core.replies import ModelSummary


@click.command("compare", cls=OrderedTurnsCommand)
@click.argument("model_ids", metavar="ID ID", nargs=2)
@click.option("--message", "messages", metavar="TEXT", multiple=True, required=True,
              help="What both answer; given many times, the last one is answered and the others were said before.")
@click.option("--given-reply", "given_replies", metavar="TEXT", multiple=True,
              help="What the bot said at this place.")
@json_option
@sampling_options
@click.pass_context
def compare_command(ctx: click.Context, model_ids: tuple[str, str], messages: tuple[str, ...],
                    given_replies: tuple[str, ...], is_json: bool, preset: str | None, **sampling: Any) -> None:
    """Let two installed models answer the same message, with the same seed and settings.

    One is loaded after the other, so that never two are in memory. Nothing is kept. --json prints one object with both
    replies and their numbers.
    """
    turns = given_turns(ctx, messages=messages, given_replies=given_replies)
    chosen = chosen_sampling(preset, sampling)
    chosen = chosen if chosen.seed >= 0 else replace(chosen, seed=secrets.randbelow(2**31))
    _check(model_ids, turns)
    stop, records = threading.Event(), []
    with ctrl_c_sets(stop):
        for model_id in model_ids:
            records.append(_answer(model_id, turns, chosen, stop, is_shown=not is_json))
            if stop.is_set():
                raise KeyboardInterrupt
    if is_json:
        click.echo(json.dumps({"message": turns[-1].text, "seed": chosen.seed, "replies": records},
                              ensure_ascii=False, indent=2))


def _check(model_ids: tuple[str, str], turns: Sequence[GivenTurn]) -> None:
    if model_ids[0] == model_ids[1]:
        raise click.UsageError("A model cannot be compared with itself; name two different ones.")
    if turns[-1].role is not Role.USER:
        raise click.UsageError("The last of --message and --given-reply must be a --message, which both answer.")
    for model_id in model_ids:
        installed().package(model_id)  # before the first of them is loaded


def _answer(model_id: str, turns: Sequence[GivenTurn], sampling: Sampling, stop: threading.Event,
            *, is_shown: bool) -> dict[str, object]:
    """Load the model, print or collect its reply, and let go of it."""
    engine = load_engine_for(model_id)
    if is_shown:
        click.echo(f"{engine.summary.name} ({model_id}):")
    said = tuple(turn.text for turn in turns if turn.role is Role.BOT)
    request = ReplyRequest(1, model_id, tuple(Turn(turn.role, turn.text) for turn in turns), LiveSampling(sampling),
                           earlier_replies=said, stop=stop)
    for event in engine.reply(request):
        if isinstance(event, ReplyEnd):
            record = _record(engine.summary, event)
            if is_shown:
                click.echo(f"\n{_numbers_line(record)}\n")
            return record
        if is_shown and isinstance(event, ReplyPiece):
            click.echo(event.text, nl=False)
    raise RuntimeError("the engine left a reply without an end")


def _record(model: ModelSummary, end: ReplyEnd) -> dict[str, object]:
    statistics = end.statistics
    return {"model": model.id, "name": model.name, "reply": end.text, "words": len(end.text.split()),
            "tokens": statistics.tokens, "seconds": round(statistics.seconds, 4),
            "first_token_seconds": round(statistics.first_token_seconds, 4),
            "tokens_per_second": round(statistics.tokens_per_second, 1), "candidates": statistics.candidates,
            "end": str(end.reason)}


def _numbers_line(record: dict[str, object]) -> str:
    stopped = "stopped, " if record["end"] == EndReason.STOPPED else ""
    count = record["words"]
    return (f"[{stopped}{count} word{'' if count == 1 else 's'}, {record['tokens_per_second']:.0f} tokens per second, "
            f"first token after {record['first_token_seconds']:.2f} s]")
