"""A conversation in the terminal: the same store, the same requests and the same memory as in the window."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator, Sequence

from chatbot.core.errors import KnownError, ModelError
from chatbot.core.messages import Message, MessageStatus, Role
from chatbot.core.protocols import ChatStore, Engine
from chatbot.core.replies import EndReason, ReplyEnd, ReplyPiece, ReplyRequest, Turn
from chatbot.core.sampling import LiveSampling, Sampling

SAVE_EVERY_SECONDS = 1.0
EARLIER_REPLIES = 8
"""How many of the bot's latest messages the filter against repetition gets to see."""


class TerminalChat:
    """One conversation; every method that writes a reply yields its pieces and then its end."""

    def __init__(self, engine: Engine, store: ChatStore, conversation_id: int, sampling: Sampling) -> None:
        self.engine = engine
        self.store = store
        self.conversation_id = conversation_id
        self.sampling = LiveSampling(sampling)
        self.stop = threading.Event()
        """Of the reply that is being written."""
        self._job_ids = itertools.count(1)
        self._is_memory_blank_next = False

    @property
    def model_id(self) -> str:
        """The model that writes."""
        return self.engine.summary.id

    def head(self) -> Message | None:
        """The last message, None in an empty conversation."""
        head_id = self.store.conversation(self.conversation_id).head_id
        return self.store.message(head_id) if head_id is not None else None

    def say(self, text: str) -> Iterator[ReplyPiece | ReplyEnd]:
        """Store ``text`` as the person's message and write the reply."""
        user, reply = self.store.begin_exchange(self.conversation_id, self._head_id(), text, self.model_id)
        self._forget_if_wished(user)
        return self._write(user, reply)

    def add(self, role: Role, text: str) -> None:
        """Put a message into the conversation without generating anything."""
        added = self.store.add_message(self.conversation_id, self._head_id(), role, text)
        self._forget_if_wished(added)

    def regenerate(self) -> Iterator[ReplyPiece | ReplyEnd]:
        """Another version of the last reply; the old one is kept."""
        user = self._person_before(self._last_reply())
        reply = self.store.add_message(self.conversation_id, user.id, Role.BOT, "", status=MessageStatus.WRITING,
                                       model_id=self.model_id)
        return self._write(user, reply)

    def go_on(self) -> Iterator[ReplyPiece | ReplyEnd]:
        """Let the bot continue its last reply; the pieces are the new text only."""
        reply = self._last_reply()
        return self._write(self._person_before(reply), reply, written=reply.text)

    def forget(self) -> None:
        """The model's memory starts anew at the next message; the text stays."""
        self._is_memory_blank_next = True

    def _head_id(self) -> int | None:
        return self.store.conversation(self.conversation_id).head_id

    def _forget_if_wished(self, message: Message) -> None:
        if self._is_memory_blank_next:
            self.store.set_forgets_before(message.id, True)
            self._is_memory_blank_next = False

    def _last_reply(self) -> Message:
        head = self.head()
        if head is None or head.role is not Role.BOT:
            raise KnownError("There is no reply yet; write a message first.", code="no_reply")
        return head

    def _person_before(self, reply: Message) -> Message:
        if reply.parent_id is None:
            raise KnownError("This reply answers no message; write one first.", code="no_reply")
        return self.store.message(reply.parent_id)

    def _write(self, parent: Message, reply: Message, written: str = "") -> Iterator[ReplyPiece | ReplyEnd]:
        """Not a generator itself, so that ``stop`` belongs to this reply before its first piece is asked for."""
        return self._written(self._request(parent, reply, written), reply, written)

    def _written(self, request: ReplyRequest, reply: Message, written: str) -> Iterator[ReplyPiece | ReplyEnd]:
        text, saved_at = written, time.monotonic()
        try:
            for event in self._events(request, reply, written):
                if isinstance(event, ReplyEnd):
                    break
                text += event.text
                if time.monotonic() - saved_at >= SAVE_EVERY_SECONDS:
                    self.store.update_text(reply.id, text)
                    saved_at = time.monotonic()
                yield event
            else:
                raise RuntimeError("the engine left a reply without an end")
        except Exception:
            self.store.end_reply(reply.id, text, MessageStatus.FAILED, None, (), self.model_id)
            raise
        except BaseException:  # Ctrl+C, or the reader of the pieces went away
            self.store.end_reply(reply.id, text, MessageStatus.STOPPED, None, (), self.model_id)
            raise
        self._end(reply, written, event)
        yield event

    def _events(self, request: ReplyRequest, reply: Message, written: str) -> Iterator[ReplyPiece | ReplyEnd]:
        """What the engine says; saved memories that do not fit its weights are dropped and the text is read again."""
        try:
            yield from self.engine.reply(request)
        except ModelError as error:
            if error.code not in ("state_damaged", "state_of_other_model"):
                raise
            self.store.forget_states(self.model_id)
            yield from self.engine.reply(self._request(self._person_before(reply), reply, written))

    def _request(self, parent: Message, reply: Message, written: str) -> ReplyRequest:
        state, later = self.store.nearest_state(parent.id, self.model_id)
        self.stop = threading.Event()
        is_set_against_earlier = parent.role is Role.USER and not parent.forgets_before
        return ReplyRequest(next(self._job_ids), self.model_id, _turns(later), self.sampling, state=state,
                            written=written, earlier_replies=self._earlier_replies(reply),
                            reply_message_id=reply.id, stop=self.stop,
                            answers=parent.text if is_set_against_earlier else "")

    def _earlier_replies(self, reply: Message) -> tuple[str, ...]:
        path = self.store.path(self.conversation_id, limit=2 * EARLIER_REPLIES, before_id=reply.id)
        return tuple(m.text for m in path if m.role is Role.BOT and m.text)[-EARLIER_REPLIES:]

    def _end(self, reply: Message, written: str, end: ReplyEnd) -> None:
        status = MessageStatus.STOPPED if end.reason is EndReason.STOPPED else MessageStatus.COMPLETE
        self.store.end_reply(reply.id, written + end.text, status, end.statistics, end.states, self.model_id)


def _turns(messages: Sequence[Message]) -> tuple[Turn, ...]:
    return tuple(Turn(message.role, message.text, message.id) for message in messages)
