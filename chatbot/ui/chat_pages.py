"""Which part of the shown path is loaded: pages of a conversation that may be huge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from chatbot.core.messages import Message
from chatbot.core.protocols import ChatStore
from chatbot.ui.chat_model import MAX_ROWS, ChatModel
from chatbot.ui.chat_replies import ChatReplies
from chatbot.ui.reporting import reporting

PAGE_ROWS = MAX_ROWS // 2
"""How many messages are loaded at once."""


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a path that was read."""

    messages: Sequence[Message]
    has_earlier: bool
    has_later: bool = False


class ChatPages(QObject):
    """Moves the model's window of rows over the path of one conversation. The rows are always a part without gaps."""

    end_wanted = Signal()
    """The view should go to the end and follow."""
    problem_raised = Signal(object)

    def __init__(self, store: ChatStore, model: ChatModel, replies: ChatReplies, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._model = model
        self._replies = replies
        self._conversation_id: int | None = None

    # reading
    def last(self, conversation_id: int) -> Page:
        """The end of a conversation."""
        rows = self._store.path(conversation_id, PAGE_ROWS + 1)
        return Page(rows[-PAGE_ROWS:], has_earlier=len(rows) > PAGE_ROWS)

    def around(self, conversation_id: int, message_id: int) -> Page:
        """What surrounds a message of the shown path."""
        before = self._store.path(conversation_id, PAGE_ROWS, before_id=message_id)
        after = self._store.path(conversation_id, PAGE_ROWS, after_id=message_id)
        return Page([*before[-PAGE_ROWS + 1:], self._store.message(message_id), *after],
                    has_earlier=len(before) >= PAGE_ROWS, has_later=len(after) == PAGE_ROWS)

    # showing
    def show(self, conversation_id: int, page: Page) -> None:
        """Show a page of this conversation."""
        self._conversation_id = conversation_id
        self._model.show(self._live(page.messages), has_earlier=page.has_earlier, has_later=page.has_later)

    def _live(self, messages: Sequence[Message]) -> list[Message]:
        return [self._replies.as_written(message) for message in messages]

    @Slot()
    def show_end(self) -> None:
        """Read the end of the shown conversation and go there."""
        if self._conversation_id is not None:
            with reporting(self.problem_raised):
                self.show(self._conversation_id, self.last(self._conversation_id))
                self.end_wanted.emit()

    @Slot()
    def load_earlier(self) -> None:
        """Add older messages at the top."""
        if self._conversation_id is not None and self._model.has_earlier and self._model.rows:
            with reporting(self.problem_raised):
                first_id = self._model.row(0).message.id
                rows = self._store.path(self._conversation_id, PAGE_ROWS + 1, before_id=first_id)
                self._model.prepend(self._live(rows[-PAGE_ROWS:]), has_earlier=len(rows) > PAGE_ROWS)

    @Slot()
    def load_later(self) -> None:
        """Add newer messages at the end, after ``load_earlier`` or a search moved the window up."""
        if self._conversation_id is not None and self._model.has_later and self._model.rows:
            with reporting(self.problem_raised):
                last_id = self._model.rows[-1].message.id
                rows = self._store.path(self._conversation_id, PAGE_ROWS + 1, after_id=last_id)
                self._model.has_later = len(rows) > PAGE_ROWS
                self._model.append(self._live(rows[:PAGE_ROWS]))

    def show_in_place_of(self, message: Message, rows: Sequence[Message]) -> None:
        """The path goes on with ``rows`` where ``message`` was; what was above it stays."""
        self._show_from(self._model.row_of(message.id), rows)

    def show_below(self, message: Message, rows: Sequence[Message]) -> None:
        """The path goes on with ``rows`` below ``message``."""
        number = self._model.row_of(message.id)
        self._show_from(number + 1 if number >= 0 else number, rows)

    def _show_from(self, number: int, rows: Sequence[Message]) -> None:
        if number < 0:  # its row is not loaded, or is another version's: nothing loaded leads to the new rows
            self.show_end()
            return
        self._model.truncate(number)
        self._model.has_later = len(rows) > PAGE_ROWS
        self._model.append(self._live(rows[:PAGE_ROWS]))
