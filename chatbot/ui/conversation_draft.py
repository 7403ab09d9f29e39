"""What was typed and not sent: drafts and texts of edits, on their way to the store."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from chatbot.core.errors import KnownError, Problem
from chatbot.core.messages import Conversation, Message
from chatbot.core.protocols import ChatStore

DELAY_MS = 400
RETRY_MS = 1000

_Place = tuple[int, int | None]
"""(conversation id, id of the message whose edit it is; None for the draft)"""


@dataclass(frozen=True, slots=True)
class Unsent:
    """What was typed in one conversation and not sent."""

    draft: str = ""
    edits: dict[int, str] = field(default_factory=dict)
    """Texts of edits by message id, the one that was changed last at the end."""
    edited: Message | None = None
    """The message of the last one, whose edit goes on."""


class ConversationDraft(QObject):
    """Typed text belongs to the conversation of the last ``begin``. What the store refuses is kept and tried again."""

    problem_raised = Signal(object)

    def __init__(self, store: ChatStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._conversation_id: int | None = None
        self._unsaved: dict[_Place, str] = {}
        """What the store does not have yet, the latest change at the end."""
        self._has_complained = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.store)

    def begin(self, conversation_id: int) -> None:
        """Text kept from now on belongs to this conversation."""
        self.store()
        self._conversation_id = conversation_id

    def unsent(self, conversation: Conversation) -> Unsent:
        """What was typed in ``conversation``, also what the store does not have yet."""
        edits = self._store.edit_drafts(conversation.id)
        for (owner_id, message_id), text in self._unsaved.items():
            if owner_id == conversation.id and message_id is not None:
                edits.pop(message_id, None)
                edits[message_id] = text
        edits = {message_id: text for message_id, text in edits.items() if text}
        last = next(reversed(edits), None)
        return Unsent(self._unsaved.get((conversation.id, None), conversation.draft), edits,
                      self._store.message(last) if last is not None else None)

    @property
    def unsaved_ids(self) -> set[int]:
        """Conversations in which something was typed that the store does not have yet."""
        return {conversation_id for (conversation_id, _), text in self._unsaved.items() if text}

    @Slot(str)
    def keep(self, text: str) -> None:
        """Remember the draft; it reaches the store a moment later."""
        self._keep(None, text)

    @Slot(object, str)
    def keep_edit(self, message_id: int, text: str) -> None:
        """Remember how the edit of a message reads; an empty text: there is nothing to be remembered any more."""
        self._keep(message_id, text)

    def _keep(self, message_id: int | None, text: str) -> None:
        if self._conversation_id is None:
            return
        place = self._conversation_id, message_id
        self._unsaved.pop(place, None)
        self._unsaved[place] = text
        if not self._timer.isActive():  # not started anew at every key: who never pauses would have nothing stored
            self._timer.start(DELAY_MS)

    @Slot()
    def store(self) -> bool:
        """Store unsent text now; whether the store took all of it. The rest is tried again."""
        self._timer.stop()
        for place, text in list(self._unsaved.items()):
            try:
                self._write(place, text)
            except KnownError as error:
                self._complain(error)
            else:
                del self._unsaved[place]
        if self._unsaved:
            self._timer.start(RETRY_MS)
        else:
            self._has_complained = False
        return not self._unsaved

    def _write(self, place: _Place, text: str) -> None:
        conversation_id, message_id = place
        try:
            if message_id is None:
                self._store.set_draft(conversation_id, text)
            else:
                self._store.set_edit_draft(message_id, text)
        except KnownError as error:
            if error.code != "not_found":  # else its conversation was erased: there is no place for it any more
                raise

    def _complain(self, error: KnownError) -> None:
        if not self._has_complained:  # once is enough; every second another try follows
            self._has_complained = True
            self.problem_raised.emit(Problem.from_error(error))

    def give_up(self) -> None:
        """Try no more: the program ends, and the store with it."""
        self._timer.stop()

    def drop(self) -> None:
        """The draft was sent."""
        if self._conversation_id is not None:
            self._unsaved.pop((self._conversation_id, None), None)
