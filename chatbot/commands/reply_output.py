"""How a reply leaves a terminal command: streamed as text, or as one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

import click

from chatbot.core.replies import ReplyEnd, ReplyPiece


@dataclass(frozen=True, slots=True)
class ReplyOutput:
    """Writes replies of ``model_id`` to stdout."""

    model_id: str
    is_json: bool

    def write(self, events: Iterable[ReplyPiece | ReplyEnd]) -> ReplyEnd:
        """Show one reply as it comes; returns its end."""
        for event in events:
            if isinstance(event, ReplyEnd):
                click.echo(json.dumps(self._record(event), ensure_ascii=False) if self.is_json else "")
                return event
            if not self.is_json:
                click.echo(event.text, nl=False)
        raise RuntimeError("the engine left a reply without an end")

    def _record(self, end: ReplyEnd) -> dict[str, object]:
        statistics = end.statistics
        return {"reply": end.text, "tokens": statistics.tokens, "seconds": round(statistics.seconds, 4),
                "first_token_seconds": round(statistics.first_token_seconds, 4),
                "tokens_per_second": round(statistics.tokens_per_second, 1), "model": self.model_id,
                "seed": statistics.seed, "end": str(end.reason)}
