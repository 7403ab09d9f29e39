"""What can be done with conversations as a whole: name, pin, delete and undo, export, import."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from chatbot.core.conversation_files import ConversationFiles
from chatbot.core.errors import Problem
from chatbot.core.messages import Conversation, DeletedConversation
from chatbot.core.protocols import ChatStore
from chatbot.ui.reporting import reporting


class ConversationShelf(QObject):
    """A thin layer over the store: every change says that the list changed, every failure becomes a problem."""

    changed = Signal()
    deleted = Signal(object)
    """(Conversation) that ``undo_delete`` would bring back"""
    restored = Signal(object)
    """(conversation id)"""
    imported = Signal(object)
    """(list of conversation ids)"""
    exported = Signal(int, object)
    """(how many conversations, Path)"""
    problem_raised = Signal(object)

    def __init__(self, store: ChatStore, parent: QObject | None = None,
                 files: ConversationFiles | None = None) -> None:
        """``files`` exports and imports beside the window; without it that is done here and at once, as suits a store
        in memory."""
        super().__init__(parent)
        self._store = store
        self._files = files
        if files is not None:
            files.exported.connect(self.exported)
            files.imported.connect(self._on_imported)
            files.failed.connect(self._on_failed)
        self._deleted: list[int] = []

    def all(self) -> list[Conversation]:
        """Pinned first, then the latest changed first; empty if the store cannot be read."""
        with reporting(self.problem_raised):
            return self._store.conversations()
        return []

    def empty_one(self, typed_in: Collection[int] = ()) -> Conversation | None:
        """A conversation nothing was written in yet: the one there is, else a new one. None of ``typed_in``, where
        something was typed that the store may not have yet."""
        with reporting(self.problem_raised):
            for conversation in self._store.conversations():
                is_empty = conversation.head_id is None and not conversation.draft and conversation.is_title_automatic
                if is_empty and conversation.id not in typed_in:
                    return conversation
            made = self._store.create_conversation()
            self.changed.emit()
            return made
        return None

    def rename(self, conversation_id: int, title: str) -> None:
        """Give a title; an empty one brings the automatic title back."""
        with reporting(self.problem_raised):
            self._store.rename(conversation_id, title.strip())
            self.changed.emit()

    def set_pinned(self, conversation_id: int, is_pinned: bool) -> None:
        """Keep it at the top of the list, or not."""
        with reporting(self.problem_raised):
            self._store.set_pinned(conversation_id, is_pinned)
            self.changed.emit()

    def release_model(self, model_id: str) -> int:
        """Let the conversations that chose ``model_id`` use the default model; how many there were."""
        with reporting(self.problem_raised):
            users = [each.id for each in self._store.conversations() if each.model_id == model_id]
            for conversation_id in users:
                self._store.set_model(conversation_id, None)
            if users:
                self.changed.emit()
            return len(users)
        return 0

    def delete(self, conversation_id: int) -> None:
        """Take it off the list; ``undo_delete`` brings it back."""
        with reporting(self.problem_raised):
            conversation = self._store.conversation(conversation_id)
            self._store.delete(conversation_id)
            self._deleted.append(conversation_id)
            self.deleted.emit(conversation)
            self.changed.emit()

    def undo_delete(self) -> None:
        """Bring the conversation back that was deleted last; may be repeated."""
        self.bring_back(self._deleted[-1:])

    def deleted_ones(self) -> list[DeletedConversation]:
        """What ``bring_back`` can bring back, the latest deleted first; also of earlier days."""
        with reporting(self.problem_raised):
            return self._store.deleted_conversations()
        return []

    def bring_back(self, conversation_ids: Sequence[int]) -> None:
        """Show deleted conversations again."""
        for conversation_id in conversation_ids:
            with reporting(self.problem_raised):
                self._store.undelete(conversation_id)
                self._forget_deleted(conversation_id)
                self.changed.emit()
                self.restored.emit(conversation_id)

    def erase(self, conversation_ids: Sequence[int]) -> None:
        """Erase deleted conversations for good."""
        for conversation_id in conversation_ids:
            with reporting(self.problem_raised):
                self._store.erase_deleted(conversation_id)
                self._forget_deleted(conversation_id)
                self.changed.emit()

    def _forget_deleted(self, conversation_id: int) -> None:
        self._deleted = [each for each in self._deleted if each != conversation_id]

    @property
    def can_undo_delete(self) -> bool:
        """Whether something was deleted since the start."""
        return bool(self._deleted)

    def export(self, conversation_ids: Sequence[int] | None, file_format: str, target: Path) -> None:
        """Write conversations (None: all) to ``target``; ``exported`` or a problem follows."""
        if self._files is not None:
            self._files.export(conversation_ids, file_format, target)
            return
        with reporting(self.problem_raised):
            self.exported.emit(self._store.export(conversation_ids, file_format, target), target)

    def import_file(self, source: Path) -> None:
        """Add the conversations of one of our JSON exports; ``imported`` or a problem follows."""
        if self._files is not None:
            self._files.import_file(source)
            return
        with reporting(self.problem_raised):
            self._on_imported(self._store.import_json(source))

    @Slot(object)
    def _on_imported(self, conversation_ids: list[int]) -> None:
        self.changed.emit()
        self.imported.emit(conversation_ids)

    @Slot(object)
    def _on_failed(self, problem: Problem) -> None:
        self.problem_raised.emit(problem)
