"""The store the window sees: every method is one transaction over the functions of this room."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from chatbot.core.errors import StorageError
from chatbot.core.messages import (Conversation, DeletedConversation, Message, MessageStatus, ReplyStatistics, Role,
                                   SearchHit, ShownChat)
from chatbot.storage import (branching, conversations, edit_drafts, exporting, importing, inserting, messages, recovery,
                             states, tree)
from chatbot.storage import search as searching
from chatbot.storage.connection import snapshot, transaction
from chatbot.storage.failures import clear_sentences
from chatbot.storage.instance_lock import InstanceLock


class SqliteChatStore:
    """``core.protocols.ChatStore`` in an SQLite file. Made by ``opening.open_store`` or ``opening.open_reader``.

    Belongs to the thread that opened it. Known failures are ``StorageError``; after one the database is as it was
    before the call.
    """

    def __init__(self, db: sqlite3.Connection, path: Path, *, lock: InstanceLock | None = None,
                 clock: Callable[[], float] = time.time, breathe: Callable[[], None] = lambda: None) -> None:
        """``breathe`` is called again and again during exports and imports, in imports between two transactions: it
        may wait to let others write, and raise to end them, which leaves everything as it was."""
        self.database = path
        self._db = db
        self._lock = lock
        self._clock = clock
        self._breathe = breathe

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._known_errors(), snapshot(self._db) as db:
            yield db

    @contextmanager
    def _writing(self, *, is_durable: bool = False) -> Iterator[sqlite3.Connection]:
        """``is_durable`` for words that are finished: once the call returns, no power cut takes them back."""
        with self._known_errors(), transaction(self._db, is_durable=is_durable) as db:
            yield db

    @contextmanager
    def _known_errors(self) -> Iterator[None]:
        try:
            with clear_sentences(self.database):
                yield
        except StorageError as error:
            if error.code == "database_damaged":
                recovery.mark_suspect(self.database)
            raise

    # conversations

    def create_conversation(self, title: str = "", model_id: str | None = None) -> Conversation:
        """A new empty conversation; without a ``title`` it is named after its first message."""
        with self._writing() as db:
            return conversations.create(db, title, model_id, self._clock())

    def conversation(self, conversation_id: int) -> Conversation:
        """One conversation, also a deleted one."""
        with self._reading() as db:
            return conversations.get(db, conversation_id)

    def conversations(self) -> list[Conversation]:
        """Not deleted ones: pinned first, then the latest changed first."""
        with self._reading() as db:
            return conversations.all_shown(db)

    def rename(self, conversation_id: int, title: str) -> None:
        """The user's own title; an empty one brings the automatic title back."""
        with self._writing() as db:
            conversations.rename(db, conversation_id, title)

    def set_pinned(self, conversation_id: int, is_pinned: bool) -> None:
        """Keep the conversation at the top of the list, or not."""
        with self._writing() as db:
            conversations.set_value(db, conversation_id, "is_pinned", bool(is_pinned))

    def set_model(self, conversation_id: int, model_id: str | None) -> None:
        """The model of this conversation; None: the default one."""
        with self._writing() as db:
            conversations.set_value(db, conversation_id, "model_id", model_id)

    def set_sampling(self, conversation_id: int, sampling_json: str | None) -> None:
        """This conversation's own sampling settings as a JSON object; None: none."""
        with self._writing() as db:
            conversations.set_sampling(db, conversation_id, sampling_json)

    def set_draft(self, conversation_id: int, draft: str) -> None:
        """Text that was typed and not sent."""
        with self._writing() as db:
            conversations.set_draft(db, conversation_id, draft)

    def delete(self, conversation_id: int) -> None:
        """Hide the conversation from list and search; ``undelete`` brings it back."""
        with self._writing() as db:
            conversations.set_value(db, conversation_id, "deleted_at", self._clock())

    def undelete(self, conversation_id: int) -> None:
        """Undo ``delete``."""
        with self._writing() as db:
            conversations.set_value(db, conversation_id, "deleted_at", None)

    def deleted_conversations(self) -> list[DeletedConversation]:
        """Those that ``undelete`` can bring back, the latest deleted first."""
        with self._reading() as db:
            return conversations.all_deleted(db)

    def erase_deleted(self, conversation_id: int) -> None:
        """Erase a deleted conversation for good; ``StorageError`` for one that is not deleted."""
        with self._writing() as db:
            conversations.erase_deleted(db, conversation_id)

    def purge_deleted(self, older_than_seconds: float) -> int:
        """Erase what was deleted longer ago than that. Returns how many conversations."""
        with self._writing() as db:
            return conversations.purge_deleted(db, self._clock() - older_than_seconds)

    def branch(self, message_id: int, title: str | None = None) -> Conversation:
        """A new conversation with a copy of the path down to ``message_id``; its title gets a number if not given."""
        with self._writing(is_durable=True) as db:
            return conversations.get(db, branching.branch(db, message_id, title, self._clock()))

    # messages

    def path(self, conversation_id: int, limit: int | None = None, before_id: int | None = None,
             after_id: int | None = None) -> list[Message]:
        """The shown path, oldest first: its last ``limit`` messages, or the last ``limit`` above ``before_id``, or the
        first ``limit`` below ``after_id``."""
        with self._reading() as db:
            if after_id is not None:
                return tree.path_after(db, conversation_id, limit, after_id)
            return tree.path(db, conversation_id, limit, before_id)

    def message(self, message_id: int) -> Message:
        """One message."""
        with self._reading() as db:
            return tree.message(db, message_id)

    def add_message(self, conversation_id: int, parent_id: int | None, role: Role, text: str, *,
                    status: MessageStatus = MessageStatus.COMPLETE, model_id: str | None = None,
                    forgets_before: bool = False) -> Message:
        """Append below ``parent_id`` and make it the head; a deleted conversation comes back."""
        with self._writing(is_durable=True) as db:
            place = messages.add(db, conversation_id, parent_id, role, text, self._clock(), status=status,
                                 model_id=model_id, forgets_before=forgets_before)
            return tree.message(db, place.id)

    def begin_exchange(self, conversation_id: int, parent_id: int | None, text: str, model_id: str, *,
                       forgets_before: bool = False, keeps_draft: bool = False) -> tuple[Message, Message]:
        """The user's message and an empty reply marked ``writing``; clears the draft unless ``keeps_draft``."""
        with self._writing(is_durable=True) as db:
            asked_id, reply_id = messages.begin_exchange(
                db, conversation_id, parent_id, text, model_id, self._clock(), forgets_before=forgets_before,
                keeps_draft=keeps_draft)
            return tree.message(db, asked_id), tree.message(db, reply_id)

    def update_text(self, message_id: int, text: str) -> None:
        """The text so far of a reply that streams; marks it ``writing`` (again, if it is being continued)."""
        with self._writing() as db:
            messages.update_text(db, message_id, text)

    def end_reply(self, message_id: int, text: str, status: MessageStatus, statistics: ReplyStatistics | None,
                  states: Iterable[tuple[int, bytes]], model_id: str) -> Message:
        """The whole text with its statistics and states."""
        with self._writing(is_durable=True) as db:
            messages.end_reply(db, message_id, text, status, statistics, states, model_id, self._clock())
            return tree.message(db, message_id)

    def edit_bot_message(self, message_id: int, text: str) -> Message:
        """A new version with the user's words, which becomes the head; the old one stays."""
        with self._writing(is_durable=True) as db:
            return tree.message(db, messages.edit_bot_message(db, message_id, text, self._clock()))

    def versions(self, message_id: int) -> list[Message]:
        """The message and its siblings of the same role, oldest first."""
        with self._reading() as db:
            return tree.versions(db, message_id)

    def select_version(self, message_id: int) -> None:
        """Show the path through ``message_id``, down to the leaf last shown below it."""
        with self._writing() as db:
            tree.show(db, message_id)

    def set_forgets_before(self, message_id: int, forgets: bool) -> None:
        """Let the model's memory start anew at this message, or not."""
        with self._writing() as db:
            messages.set_forgets_before(db, message_id, forgets)

    def set_rating(self, message_id: int, rating: int) -> None:
        """The user's thumb: -1, 0 or 1."""
        with self._writing() as db:
            messages.set_rating(db, message_id, rating)

    def set_edit_draft(self, message_id: int, text: str) -> None:
        """The text of an edit that was not sent; an empty one: there is none."""
        with self._writing() as db:
            edit_drafts.put(db, message_id, text)

    def edit_drafts(self, conversation_id: int) -> dict[int, str]:
        """Texts of edits that were not sent, by message, the one that was changed last at the end."""
        with self._reading() as db:
            return edit_drafts.of_conversation(db, conversation_id)

    def shown_chats(self) -> Iterator[ShownChat]:
        """Every conversation that is not deleted with its shown path, the one made first first, all as they were at
        one moment; one conversation at a time is held in memory."""
        with self._reading() as db:
            for conversation in sorted(conversations.all_shown(db), key=lambda found: found.id):
                yield conversations.shown_chat(db, conversation)

    # states

    def nearest_state(self, message_id: int | None, model_id: str) -> tuple[bytes | None, list[Message]]:
        """The state to go on from after ``message_id`` and the messages to be read after it, oldest first."""
        with self._reading() as db:
            return states.nearest(db, message_id, model_id)

    def save_state(self, message_id: int, model_id: str, state: bytes) -> None:
        """Keep the model's state after ``message_id``."""
        with self._writing() as db:
            states.save(db, tree.node(db, message_id), model_id, [(message_id, state)])

    def forget_states(self, model_id: str) -> int:
        """Remove all states of a model. Returns how many."""
        with self._writing() as db:
            return states.forget_model(db, model_id)

    # finding and moving

    def search(self, query: str, limit: int = 100) -> list[SearchHit]:
        """Messages that hold every word of ``query``, the latest written first."""
        with self._reading() as db:
            return searching.search(db, query, limit)

    def export(self, conversation_ids: Sequence[int] | None, format: str, target: Path) -> int:
        """Write conversations (None: all) as ``json``, ``markdown`` or ``text``. Returns how many."""
        with self._reading() as db:
            return exporting.export(db, conversation_ids, format, Path(target), self._breathe)

    def import_json(self, source: Path) -> list[int]:
        """Add the conversations of a JSON export; returns their new ids. The whole file or nothing."""
        checked = importing.read_file(Path(source))
        with self._known_errors():
            return inserting.insert(self._db, checked, self._breathe)

    def close(self) -> None:
        """Give the file back. May be called twice."""
        with self._known_errors():
            self._db.close()
        if self._lock is not None:
            self._lock.release()
