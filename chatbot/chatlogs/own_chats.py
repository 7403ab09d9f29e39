"""The program's own conversations as a log: what the user wrote, and the replies with what the user made of them.

Two people write in it, ``You`` and ``Wren``. The user's messages weigh 1, like everybody's in any log. A reply weighs
what ``own_replies`` says: edited 3, liked or kept among versions 2, everything else 0, which leaves it in the text as
what the user answered to. So

* *know me* learns the user's own words, and Wren's replies as far as the user approved of them;
* *talk like* Wren learns the approved replies, *talk like* the user learns the user's words, and the other side's
  messages count a fifth of their weight, as in any log;
* the instant modes remember whatever has weight, all of it alike;
* no mode ever learns the unrated words of a model, be it the base model or a personal one. Replies that a personal
  model wrote in the manner of somebody else are not learned from even if liked: the thumb praises the likeness.

Deleted conversations never come here (``ShownChat`` leaves them out), nor do versions that were passed over. A branch
copies the messages above it: each message counts once, however many branches hold it, or held-out messages would be
learned from under another title.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from chatbot.chatlogs.context import ReadContext
from chatbot.chatlogs.own_replies import WEIGHTS, ReplyKind, judge
from chatbot.chatlogs.records import LogMessage, SkipReason
from chatbot.core.messages import Message, MessageStatus, Role, ShownChat

if TYPE_CHECKING:
    from chatbot.chatlogs.sessions import SpeechTurn

FORMAT_ID = "own_chats"
USER_ID, USER_NAME = "you", "You"
BOT_ID, BOT_NAME = "wren", "Wren"
LEAST_STEP_SECONDS = 0.001
"""A question and its reply are stored at the same moment; in a log every message has its own."""


def own_messages(chats: Iterable[ShownChat], context: ReadContext, voices: frozenset[str] | None = None,
                 until: float | None = None) -> Iterator[LogMessage]:
    """The messages of ``chats``, chat by chat, oldest first; ``context.replies`` counts the replies by kind.

    ``voices``: ids of the models whose replies may be learned from, '' for replies that name none; None: all models.
    ``until``: seconds since the epoch; what was written later does not exist.
    """
    reader = _Reader(context, voices, until)
    for chat in chats:
        yield from reader.chat(chat)


class _Reader:
    def __init__(self, context: ReadContext, voices: frozenset[str] | None, until: float | None) -> None:
        self._context, self._voices, self._until = context, voices, until
        self._counted: dict[bytes, float] = {}
        """Digest of a message to the weight with which it was handed out."""

    def chat(self, chat: ShownChat) -> Iterator[LogMessage]:
        """The messages of one conversation."""
        key = str(chat.conversation.id)
        self._context.titles[key] = chat.conversation.title
        self._context.skip(SkipReason.OTHER_VERSION, chat.hidden_count)
        path = [message for message in chat.messages if self._until is None or message.created_at <= self._until]
        last_time = float("-inf")
        for number, message in enumerate(path):
            if not message.text.strip():
                self._context.skip(SkipReason.EMPTY)
                continue
            last_time = max(message.created_at, last_time + LEAST_STEP_SECONDS)
            is_answered = any(later.role == Role.USER for later in path[number + 1:number + 2])
            yield self._message(message, key, last_time, is_answered)

    def _message(self, message: Message, key: str, time: float, is_answered: bool) -> LogMessage:
        if message.role == Role.USER:
            self._context.me_votes[USER_ID] += 1
            weight = 1.0 if self._counts_anew(message, 1.0) else 0.0
            return LogMessage(time, USER_NAME, message.text, USER_ID, key, weight)
        kind = judge(is_edited=message.is_edited, rating=message.rating, has_versions=message.version_count > 1,
                     is_answered=is_answered, is_whole=message.status == MessageStatus.COMPLETE,
                     is_own_voice=self._voices is None or (message.model_id or "") in self._voices)
        if WEIGHTS[kind] and not self._counts_anew(message, WEIGHTS[kind]):
            kind = ReplyKind.COPIED
        self._context.replies[kind.value] += 1
        return LogMessage(time, BOT_NAME, message.text, BOT_ID, key, WEIGHTS[kind])

    def _counts_anew(self, message: Message, weight: float) -> bool:
        """Whether no copy of ``message`` came with as much weight before: a branch may be liked where its origin is
        not."""
        said = f"{message.created_at!r} {message.role.value} {message.text}".encode("utf-8", "replace")
        digest = hashlib.blake2b(said, digest_size=16).digest()
        if self._counted.get(digest, 0.0) >= weight:
            return False
        self._counted[digest] = weight
        return True


def is_generated(turn: SpeechTurn) -> bool:
    """Whether a model chose the words of ``turn``; those of an edited reply are the user's."""
    return turn.speaker_id == BOT_ID and turn.weight != WEIGHTS[ReplyKind.EDITED]
