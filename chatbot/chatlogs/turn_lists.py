"""Lists of turns with a role and a text, as training data is passed around: in one JSON file or one per line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from chatbot.chatlogs.clock import iso_seconds, unix_seconds
from chatbot.chatlogs.context import ReadContext
from chatbot.chatlogs.json_entries import dict_of, list_of, text_of, top_values
from chatbot.chatlogs.records import LogMessage, SkipReason
from chatbot.chatlogs.sources import Source

_HIDDEN_ROLES = ("system", "tool", "function", "developer", "observation", "function_call")
_USER_ROLES = ("user", "human", "prompter")
_TIME_KEYS = ("timestamp", "created_at", "time", "date", "create_time")


@dataclass(frozen=True, slots=True)
class TurnKeys:
    """What a format calls its list of turns, the role and the text."""

    turns: str
    role: str
    text: str


def read_turn_lists(source: Source, keys: TurnKeys, context: ReadContext) -> Iterator[LogMessage]:
    """Yield the turns of all conversations; bare turns at the top are one conversation."""
    for number, value in top_values(source, context):
        if isinstance(value, list):
            yield from _conversation(value, keys, number, context)
        elif not isinstance(value, dict):
            context.bad(number, "it is no conversation", value)
        elif keys.turns in value:
            yield from _conversation(list_of(value[keys.turns]), keys, number, context)
        elif keys.role in value:
            yield from _turn(value, keys, "", context)
        else:
            context.bad(number, f"it has no {keys.turns!r}", list(value))


def _conversation(turns: list[Any], keys: TurnKeys, number: int, context: ReadContext) -> Iterator[LogMessage]:
    for turn in turns:
        if isinstance(turn, dict):
            # The file's name keeps conversation 1 of two files apart.
            yield from _turn(turn, keys, f"{context.file_name} {number}", context)
        else:
            context.bad(number, "a turn is no object", turn)


def _turn(turn: dict[str, Any], keys: TurnKeys, conversation: str, context: ReadContext) -> Iterator[LogMessage]:
    role = text_of(turn.get(keys.role)).strip() or "unknown"
    text = _text(turn.get(keys.text))
    if role.casefold() in _HIDDEN_ROLES:
        context.skip(SkipReason.HIDDEN)
    elif not text.strip():
        context.skip(SkipReason.MEDIA if isinstance(turn.get(keys.text), list) and turn[keys.text]
                     else SkipReason.EMPTY)
    else:
        name = text_of(turn.get("name")) or role
        if role.casefold() in _USER_ROLES:
            context.me_votes[name] += 1
        time = next(filter(None, (unix_seconds(turn.get(key)) or iso_seconds(turn.get(key)) for key in _TIME_KEYS
                                  if key in turn)), None)
        yield LogMessage(time, name, text, "", conversation)


def _text(value: object) -> str:
    """A text, or a list of parts of which some are text."""
    parts = (part if isinstance(part, str) else text_of(dict_of(part).get("text")) for part in list_of(value))
    return "\n".join(filter(None, parts)) if isinstance(value, list) else text_of(value)
