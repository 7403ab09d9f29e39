"""Strict checks of one conversation in an import file, before anything touches the database."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chatbot.core.messages import MessageStatus, Role
from chatbot.storage.rows import statistics_from
from chatbot.storage.texts import clean_text
from chatbot.storage.titles import tidy_title

_LATEST_TIME_S = 253402300799.0
"""The end of the year 9999, the last moment that can be shown as a date."""
_ROLES = {role.value for role in Role}
_STATUSES = {status.value for status in MessageStatus}
_DEFAULT_STATUS = MessageStatus.COMPLETE.value


class WrongShape(Exception):
    """What is wrong with the file, in words that finish the sentence "... (this); nothing was imported"."""


@dataclass(frozen=True, slots=True)
class CheckedConversation:
    """``values`` by column of the conversation table; ``messages`` in the file's order, with the file's ids."""

    values: dict[str, Any]
    messages: list[dict[str, Any]]
    head: int | None


def checked_conversation(value: Any, where: str) -> CheckedConversation:
    """Check one conversation; ``where`` names it for the user. Raises ``WrongShape``."""
    fields = _Fields(value, where)
    messages = [_checked_message(message, f"{where}, message {number}")
                for number, message in enumerate(fields.get("messages", _is_list, []), start=1)]
    head = fields.get("head", _is_id_or_none, None)
    _check_links(messages, head, where)
    sampling = fields.get("sampling", _is_flat_object_or_none, None)
    created_at = float(fields.required("created_at", _is_time))
    values = {
        "title": tidy_title(fields.get("title", _is_text, "")),
        "is_title_automatic": fields.get("is_title_automatic", _is_bool, False),
        "created_at": created_at,
        "updated_at": float(fields.get("updated_at", _is_time, created_at)),
        "is_pinned": fields.get("is_pinned", _is_bool, False),
        "model_id": _clean(fields.get("model_id", _is_text_or_none, None)),
        "sampling_json": json.dumps(sampling) if sampling is not None else None,
        "draft": clean_text(fields.get("draft", _is_text, ""))}
    return CheckedConversation(values, messages, head)


def _checked_message(value: Any, where: str) -> dict[str, Any]:
    fields = _Fields(value, where)
    status = fields.get("status", _STATUSES.__contains__, _DEFAULT_STATUS)
    statistics = fields.get("statistics", _is_flat_object_or_none, None)
    statistics_json = json.dumps(statistics) if statistics is not None else None
    if statistics_json is not None and (statistics_from(statistics_json) is None or not _are_numbers(statistics)):
        raise WrongShape(f"{where} has unusable \"statistics\"")
    return {
        "id": fields.required("id", _is_id),
        "parent": fields.get("parent", _is_id_or_none, None),
        "role": fields.required("role", _ROLES.__contains__),
        "text": clean_text(fields.required("text", _is_text)),
        "created_at": float(fields.required("created_at", _is_time)),
        # Nothing is writing it any more.
        "status": MessageStatus.INTERRUPTED.value if status == MessageStatus.WRITING.value else status,
        "model_id": _clean(fields.get("model_id", _is_text_or_none, None)),
        "statistics_json": statistics_json,
        "is_edited": fields.get("is_edited", _is_bool, False),
        "forgets_before": fields.get("forgets_before", _is_bool, False),
        "rating": fields.get("rating", _is_rating, 0),
        "shown_child": fields.get("shown_child", _is_id_or_none, None)}


def _check_links(messages: list[dict[str, Any]], head: int | None, where: str) -> None:
    """Ids unique, parents known and without circles (fills in ``depth``), head and shown children in their places."""
    by_id = {message["id"]: message for message in messages}
    if len(by_id) < len(messages):
        raise WrongShape(f"two messages in {where} have the same id")
    if (head is None) != (not messages) or (head is not None and head not in by_id):
        raise WrongShape(f"the \"head\" of {where} is not one of its messages")
    for message in messages:
        parent, shown = message["parent"], message["shown_child"]
        if parent is not None and parent not in by_id:
            raise WrongShape(f"the \"parent\" of message {message['id']} in {where} is not one of its messages")
        if shown is not None and (shown not in by_id or by_id[shown]["parent"] != message["id"]):
            raise WrongShape(f"the \"shown_child\" of message {message['id']} in {where} does not hang below it")
    _fill_in_depths(messages, where)


def _fill_in_depths(messages: list[dict[str, Any]], where: str) -> None:
    children: dict[int | None, list[dict[str, Any]]] = {}
    for message in messages:
        children.setdefault(message["parent"], []).append(message)
    level, depth, reached = children.get(None, []), 0, 0
    while level:
        reached += len(level)
        for message in level:
            message["depth"] = depth
        level = [child for message in level for child in children.get(message["id"], [])]
        depth += 1
    if reached < len(messages):
        raise WrongShape(f"messages in {where} answer each other in a circle")


class _Fields:
    """Access to the values of one JSON object by name, each checked."""

    def __init__(self, value: Any, where: str) -> None:
        if not isinstance(value, dict):
            raise WrongShape(f"{where} is not a JSON object")
        self._value = value
        self._where = where

    def required(self, name: str, is_right: Callable[[Any], bool]) -> Any:
        """The value called ``name``; raises ``WrongShape`` if it is missing or wrong."""
        if name not in self._value:
            raise WrongShape(f"{self._where} has no \"{name}\"")
        value = self._value[name]
        try:
            if is_right(value):
                return value
        except TypeError:  # a list or an object asked for in a set
            pass
        raise WrongShape(f"{self._where} has an unusable \"{name}\"")

    def get(self, name: str, is_right: Callable[[Any], bool], default: Any) -> Any:
        """The value called ``name``, ``default`` if it is missing; raises ``WrongShape`` if it is wrong."""
        return self.required(name, is_right) if name in self._value else default


def _clean(text: str | None) -> str | None:
    return None if text is None else clean_text(text)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_text_or_none(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool)


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _is_object_or_none(value: Any) -> bool:
    return value is None or isinstance(value, dict)


def _is_flat_object_or_none(value: Any) -> bool:
    return _is_object_or_none(value) and not any(isinstance(inner, (dict, list)) for inner in (value or {}).values())


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_id_or_none(value: Any) -> bool:
    return value is None or _is_id(value)


def _is_rating(value: Any) -> bool:
    return _is_id(value) and value in (-1, 0, 1)


def _is_time(value: Any) -> bool:
    return _is_number(value) and 0 <= value <= _LATEST_TIME_S


def _is_number(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return _is_id(value) and abs(value) < 2**63


def _are_numbers(statistics: dict[str, Any]) -> bool:
    return all(_is_number(value) or (name == "score" and value is None) for name, value in statistics.items())
