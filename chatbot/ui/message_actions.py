"""What can be done with a message, and when. Bar, context menu and window menu all ask here."""

from __future__ import annotations

from dataclasses import dataclass

from chatbot.core.messages import MessageStatus, Role
from chatbot.ui.chat_model import ChatRow

COPY, EDIT, REGENERATE, CONTINUE, BRANCH = "copy", "edit", "regenerate", "continue", "branch"
FORGET, REMEMBER, LIKE, DISLIKE = "forget", "remember", "like", "dislike"
PREVIOUS_VERSION, NEXT_VERSION = "previous_version", "next_version"
SHOW_WHOLE, SELECT_TEXT = "show_whole", "select_text"


@dataclass(frozen=True, slots=True)
class Situation:
    """What besides the row itself decides: its place and whether a reply is being written."""

    is_busy: bool
    is_last: bool = False
    is_cut: bool = False


def possible_actions(row: ChatRow, situation: Situation) -> frozenset[str]:
    """The ids of everything that can be done with ``row`` now."""
    message = row.message
    found = {SELECT_TEXT, COPY} if message.text else set()
    if message.version > 1:
        found.add(PREVIOUS_VERSION)
    if message.version < message.version_count:
        found.add(NEXT_VERSION)
    if situation.is_cut:
        found.add(SHOW_WHOLE)
    if not row.is_writing:
        found.add(BRANCH)
        if message.role == Role.BOT and (message.text or message.rating):  # a reply without words has none to judge
            found |= {LIKE, DISLIKE}
    if not situation.is_busy:
        found.add(REMEMBER if message.forgets_before else FORGET)
        found |= {EDIT} if message.text else set()
        found |= _writing_actions(row, situation)
    return frozenset(found)


def _writing_actions(row: ChatRow, situation: Situation) -> set[str]:
    if row.message.role == Role.BOT:
        return {REGENERATE, CONTINUE} if row.message.text else {REGENERATE}
    return {REGENERATE} if situation.is_last else set()


def note_action(row: ChatRow) -> str:
    """What the line below an unfinished reply offers."""
    if row.message.status == MessageStatus.FAILED or not row.message.text:
        return REGENERATE
    return CONTINUE
