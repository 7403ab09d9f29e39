"""``--message`` and ``--given-reply`` in the order in which they stand on the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import click

from chatbot.commands.sampling_options import SamplingCommand
from chatbot.core.messages import Role

_ROLES = {"messages": Role.USER, "given_replies": Role.BOT}
_ORDER_KEY = "chatbot.turn_order"


@dataclass(frozen=True, slots=True)
class GivenTurn:
    """One turn of a scripted chat."""

    role: Role
    text: str


class OrderedTurnsCommand(SamplingCommand):
    """Remembers the order of the two options, which click hands over as two separate lists."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse once for the order, then as ever for the values."""
        if not ctx.resilient_parsing:
            _, _, order = self.make_parser(ctx).parse_args(list(args))
            ctx.meta[_ORDER_KEY] = [parameter.name for parameter in order if parameter.name in _ROLES]
        return super().parse_args(ctx, args)


def given_turns(ctx: click.Context, **texts: tuple[str, ...]) -> list[GivenTurn]:
    """The turns in their order; ``texts`` are ``messages`` and ``given_replies`` as click collected them."""
    waiting: dict[str, Any] = {name: iter(values) for name, values in texts.items()}
    return [GivenTurn(_ROLES[name], next(waiting[name])) for name in ctx.meta.get(_ORDER_KEY, [])]
