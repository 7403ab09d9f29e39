"""The flow of a chat: key press, stored exchange, reply request, pieces, stored reply. A QObject without widgets."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from chatbot.core.conversation_files import ConversationFiles
from chatbot.core.errors import Problem, StorageError
from chatbot.core.messages import Conversation, Message, MessageStatus, Role
from chatbot.core.protocols import ChatStore, EngineHandle, InstalledModels, WindowSettings
from chatbot.ui.chat_language_model import ChatLanguageModel, ModelStatus
from chatbot.ui.chat_model import ChatModel
from chatbot.ui.chat_pages import PAGE_ROWS, ChatPages, Page
from chatbot.ui.chat_replies import ChatReplies
from chatbot.ui.chat_sampling import ChatSampling
from chatbot.ui.conversation_draft import ConversationDraft, Unsent
from chatbot.ui.conversation_shelf import ConversationShelf
from chatbot.ui.message_text import is_blank
from chatbot.ui.reporting import reporting


class ChatController(QObject):
    """Owns what is shown and what is written; windows only show it and pass wishes on."""

    conversation_opened = Signal(object)
    """(Conversation)"""
    conversation_changed = Signal(object)
    """(Conversation): the title or another property of the shown one"""
    busy_changed = Signal(bool)
    """A reply of the shown conversation is being written."""
    end_wanted = Signal()
    """The view should go to the end and follow."""
    place_found = Signal(object, str)
    """(message id, query): scroll there and highlight the words"""
    reply_finished = Signal(object)
    """(Message) of the shown conversation, once, when it is whole"""
    problem_raised = Signal(object)
    """(Problem)"""

    def __init__(self, store: ChatStore, engine: EngineHandle, settings: WindowSettings,
                 parent: QObject | None = None, installed: InstalledModels | None = None,
                 files: ConversationFiles | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._settings = settings
        self.conversation: Conversation | None = None
        self.unsent = Unsent()
        """What was typed in the shown conversation before it was opened."""
        self.model = ChatModel(self)
        self.shelf = ConversationShelf(store, self, files)
        self.language_model = ChatLanguageModel(engine, installed, self)
        self.replies = ChatReplies(store, engine, self.language_model, self)
        self.pages = ChatPages(store, self.model, self.replies, self)
        self.sampling = ChatSampling(store, engine, settings, self.replies, self.language_model, self)
        self.draft = ConversationDraft(store, self)
        self._connect()

    def _connect(self) -> None:
        self.replies.text_changed.connect(self._on_text_changed)
        self.replies.ended.connect(self._on_reply_ended)
        self.replies.stored_late.connect(self._on_reply_stored_late)
        self.pages.end_wanted.connect(self.end_wanted)
        self.language_model.changed.connect(self._on_model_changed)
        self.shelf.changed.connect(self._on_shelf_changed)
        self.shelf.deleted.connect(self._on_deleted)
        self.shelf.restored.connect(self._on_restored)
        for part in (self.replies, self.pages, self.sampling, self.shelf, self.draft):
            part.problem_raised.connect(self.problem_raised)

    # opening
    def start(self) -> None:
        """Open the conversation that was used last and have the model loaded."""
        latest = max(self.shelf.all(), key=_last_used, default=None)
        if latest is None:
            self.new_conversation()
        else:
            self.open_conversation(latest.id)
        self.load_model()

    def close(self) -> bool:
        """Store what is not stored yet, as the program ends. Whether everything that was written is stored now."""
        is_draft_stored = self.draft.store()
        self.sampling.save()
        return self.replies.close() and is_draft_stored

    def give_up(self) -> None:
        """After ``close``: leave behind what could not be stored."""
        self.draft.give_up()
        self.replies.give_up()

    @Slot()
    def load_model(self) -> None:
        """Load the model of the shown conversation (again)."""
        self.language_model.load(self.wanted_model_id)

    @Slot()
    def new_conversation(self) -> None:
        """Open a conversation in which nothing was written yet."""
        self.draft.store()
        conversation = self.shelf.empty_one(self.draft.unsaved_ids)
        if conversation is not None:
            self.open_conversation(conversation.id)

    @Slot(object)
    def open_conversation(self, conversation_id: int) -> None:
        """Show a conversation from its end."""
        with reporting(self.problem_raised):
            self._show(self._store.conversation(conversation_id), self.pages.last(conversation_id))
            self.end_wanted.emit()

    def open_message(self, conversation_id: int, message_id: int, query: str = "") -> None:
        """Show a conversation around one message, whatever branch it is on."""
        with reporting(self.problem_raised):
            self._require_not_deleted(conversation_id)
            self._store.select_version(message_id)
            page = self.pages.around(conversation_id, message_id)
            self._show(self._store.conversation(conversation_id), page)
            self.place_found.emit(message_id, query)

    def _require_not_deleted(self, conversation_id: int) -> None:
        """A hit of an earlier search must not lead to where nobody would see what is written next."""
        if any(each.conversation.id == conversation_id for each in self._store.deleted_conversations()):
            self.shelf.changed.emit()
            raise StorageError("This conversation was deleted; bring it back from the deleted conversations to open "
                               "it.", code="conversation_deleted")

    def _show(self, conversation: Conversation, page: Page) -> None:
        """Show what was read. A failure up to here leaves everything as it was, so that what is typed goes on
        belonging to the conversation above it."""
        self.unsent = self.draft.unsent(conversation)
        self.draft.begin(conversation.id)
        self.conversation = replace(conversation, draft=self.unsent.draft)
        self.model.forgets_next = False
        self.sampling.show(self.conversation)
        self.busy_changed.emit(self.is_busy)
        if self.language_model.may_load(self.wanted_model_id):
            self.load_model()
        self.pages.show(conversation.id, page)
        self.conversation_opened.emit(self.conversation)

    def _refreshed(self) -> Conversation:
        """The shown conversation as the store has it now."""
        self.conversation = self._store.conversation(self._id)
        return self.conversation

    @property
    def _id(self) -> int:
        assert self.conversation is not None, "a conversation is open from the start on"
        return self.conversation.id

    @property
    def is_busy(self) -> bool:
        """Whether a reply of the shown conversation is being written."""
        return self.conversation is not None and self.replies.is_writing(self.conversation.id)

    # the model
    @property
    def wanted_model_id(self) -> str:
        """The model that writes the next reply of the shown conversation; '' is the one that ships."""
        own = self.conversation.model_id if self.conversation is not None else None
        return own or self._settings.model_id

    def choose_model(self, model_id: str | None) -> None:
        """Let ``model_id`` (None: the default) write from the next reply on, which first reads what was said."""
        with reporting(self.problem_raised):
            self._store.set_model(self._id, model_id)
            self.conversation_changed.emit(self._refreshed())
            self.load_model()

    @Slot()
    def show_end(self) -> None:
        """Go to the newest message."""
        if self.model.has_later:
            self.pages.show_end()
        else:
            self.end_wanted.emit()

    # writing
    def send(self, text: str, *, keeps_draft: bool = False) -> bool:
        """Store a message and have a reply written. False: nothing was stored, the text should be kept.

        ``keeps_draft``: the text is none that was typed, so what is being typed stays.
        """
        if is_blank(text) or self.conversation is None or self._refuses():
            return False
        with reporting(self.problem_raised):
            if self.model.has_later:
                self.pages.show_end()
            user, reply = self._store.begin_exchange(
                self._id, self._refreshed().head_id, text, self.wanted_model_id,
                forgets_before=self.model.forgets_next, keeps_draft=keeps_draft)
            if self.model.forgets_next:
                self.model.set_forgets_next(False)
            if not keeps_draft:
                self.draft.drop()
            self.model.append([user, reply])
            self._write(reply)
            return True
        return False

    def edit(self, message_id: int, text: str) -> bool:
        """Another version of a message: an own one is sent again, the bot's is taken as it is now."""
        if is_blank(text) or self._refuses():
            return False
        with reporting(self.problem_raised):
            old = self._store.message(message_id)
            if old.role == Role.BOT:
                self.pages.show_in_place_of(old, [self._store.edit_bot_message(message_id, text)])
                self._after_change()
                return True
            user, reply = self._store.begin_exchange(self._id, old.parent_id, text, self.wanted_model_id,
                                                     forgets_before=old.forgets_before, keeps_draft=True)
            self.pages.show_in_place_of(old, [user, reply])
            self._write(reply)
            return True
        return False

    def regenerate(self, message_id: int) -> None:
        """Write another version of a reply, or the missing reply to an own message; the old version stays."""
        if self._refuses():
            return
        with reporting(self.problem_raised):
            old = self._store.message(message_id)
            if old.role == Role.BOT and old.status == MessageStatus.FAILED and not old.text:
                self._write_again(old)
                return
            if old.role == Role.USER:
                reply = self._new_reply(old.id, "")
                self.pages.show_below(old, [reply])
            else:
                reply = self._new_reply(old.parent_id, "", forgets_before=old.forgets_before)
                self.pages.show_in_place_of(old, [reply])
            self._write(reply)

    def continue_reply(self, message_id: int) -> None:
        """Write on where a reply ended. A reply that was already answered goes on in a new version."""
        if self._refuses():
            return
        with reporting(self.problem_raised):
            old = self._store.message(message_id)
            if old.role != Role.BOT:
                return
            if self._refreshed().head_id == old.id:
                self._write_again(old)
                return
            reply = self._new_reply(old.parent_id, old.text, forgets_before=old.forgets_before)
            self.pages.show_in_place_of(old, [reply])
            self._write(reply)

    @Slot()
    def stop(self) -> None:
        """Stop the reply of the shown conversation; what was written stays."""
        if self.conversation is not None:
            self.replies.stop(self.conversation.id)

    def _new_reply(self, parent_id: int | None, text: str, *, forgets_before: bool = False) -> Message:
        return self._store.add_message(self._id, parent_id, Role.BOT, text, status=MessageStatus.WRITING,
                                       model_id=self.wanted_model_id, forgets_before=forgets_before)

    def _write_again(self, old: Message) -> None:
        self._store.update_text(old.id, old.text)
        reply = self._store.message(old.id)
        self.model.replace(reply)
        self._write(reply)

    def _write(self, reply: Message) -> None:
        self.replies.start(reply, self.wanted_model_id, self.sampling.sampling, reply.text)
        self._after_change()
        self.busy_changed.emit(self.is_busy)
        self.end_wanted.emit()

    def _refuses(self) -> bool:
        """Nothing can follow a reply that is being written, or one that the store does not take: the model would read
        the part of it that is stored."""
        if self.is_busy:
            self.problem_raised.emit(Problem("reply_running", "A reply is still being written. "
                                             "Wait for it or stop it, then try again."))
            return True
        with reporting(self.problem_raised):
            self.replies.store_late(self._id)
            return False
        return True

    # versions, branches, memory, rating
    def step_version(self, message_id: int, step: int) -> None:
        """Show the next (1) or previous (-1) version of a message and what followed it."""
        with reporting(self.problem_raised):
            versions = self._store.versions(message_id)
            number = next(i for i, version in enumerate(versions) if version.id == message_id) + step
            if 0 <= number < len(versions):
                chosen = versions[number]
                self._store.select_version(chosen.id)
                later = self._store.path(self._id, PAGE_ROWS, after_id=chosen.id)
                self.pages.show_in_place_of(versions[number - step], [chosen, *later])
                self._after_change()

    def branch(self, message_id: int) -> None:
        """Open a new conversation that starts with a copy of everything down to this message."""
        with reporting(self.problem_raised):
            self.replies.store_late(self._id)
            made = self._store.branch(message_id)
            self.shelf.changed.emit()
            self.open_conversation(made.id)

    def set_forgets_before(self, message_id: int, forgets: bool) -> None:
        """Let the model's memory start at this message, or remember what is above it again."""
        if self._refuses():
            return
        with reporting(self.problem_raised):
            self._store.set_forgets_before(message_id, forgets)
            self.model.replace(self._store.message(message_id))

    @Slot()
    def toggle_forgets_next(self) -> None:
        """Let the model's memory start at the message that will be sent next, or not."""
        if self.model.rows:
            self.model.set_forgets_next(not self.model.forgets_next)

    def rate(self, message_id: int, rating: int) -> None:
        """The user's thumb: -1, 0 or 1."""
        with reporting(self.problem_raised):
            self._store.set_rating(message_id, rating)
            self.model.replace(self.replies.as_written(self._store.message(message_id)))

    # what happened
    def _after_change(self) -> None:
        with reporting(self.problem_raised):  # of its own: what was done is done, even if the rest cannot be read
            self.conversation_changed.emit(self._refreshed())
        self.shelf.changed.emit()

    @Slot(object, str)
    def _on_text_changed(self, message_id: int, text: str) -> None:
        self.model.set_text(message_id, text)

    @Slot(object, object)
    def _on_reply_ended(self, message: Message, problem: Problem | None) -> None:
        self.model.replace(message, problem=problem)
        if self.conversation is not None and message.conversation_id == self.conversation.id:
            self.busy_changed.emit(self.is_busy)
            self.reply_finished.emit(message)
        self.shelf.changed.emit()

    @Slot(object, object)
    def _on_reply_stored_late(self, message: Message, problem: Problem | None) -> None:
        """It was announced when it ended; only its row and the list may be behind."""
        self.model.replace(message, problem=problem)
        self.shelf.changed.emit()

    @Slot(object)
    def _on_model_changed(self, status: ModelStatus) -> None:
        if status.summary is not None and not status.is_loading:
            self.model.set_models(self.language_model.installed, status.summary.id)
            self.load_model()  # a conversation with another model may have been opened meanwhile

    @Slot()
    def _on_shelf_changed(self) -> None:
        if self.conversation is not None:
            with reporting(self.problem_raised):
                before, after = self.conversation, self._refreshed()
                if (before.title, before.is_pinned) != (after.title, after.is_pinned):
                    self.conversation_changed.emit(after)

    @Slot(object)
    def _on_deleted(self, conversation: Conversation) -> None:
        self.replies.stop(conversation.id)
        if self.conversation is not None and self.conversation.id == conversation.id:
            self.draft.store()
            latest = max(self.shelf.all(), key=_last_used, default=None)
            if latest is None:
                self.new_conversation()
            else:
                self.open_conversation(latest.id)

    @Slot(object)
    def _on_restored(self, conversation_id: int) -> None:
        self.open_conversation(conversation_id)


def _last_used(conversation: Conversation) -> float:
    return conversation.updated_at
