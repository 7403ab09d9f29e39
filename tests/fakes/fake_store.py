"""A ``ChatStore`` in memory, faithful to the protocol's promises, for tests of the window."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from chatbot.core.errors import ImportProblem, StorageError
from chatbot.core.messages import (Conversation, DeletedConversation, Message, MessageStatus, ReplyStatistics, Role,
                                   SearchHit)


def not_found(kind: str, number: int) -> StorageError:
    """What the real store says about something it does not have."""
    return StorageError(f"There is no {kind} with the number {number}.", code="not_found", kind=kind, id=number)


def cleaned(text: str) -> str:
    """Text as a database can hold it: no lone surrogates, no NUL."""
    return text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class FakeStore:
    """Conversations as trees in dictionaries. ``fail_next`` makes the next call raise it.

    ``is_full`` plays a disk without room: every writing call fails and changes nothing, until it is set back.
    """

    def __init__(self, start_time: float = 1_700_000_000.0) -> None:
        self._conversations: dict[int, Conversation] = {}
        self._messages: dict[int, Message] = {}
        self._children: dict[int | None, list[int]] = {}
        self._last_child: dict[int, int] = {}
        self._deleted: dict[int, float] = {}
        self._ids = itertools.count(1)
        self._clock = itertools.count(int(start_time), 30)
        self.states: dict[tuple[int, str], bytes] = {}
        self.update_calls: list[tuple[int, str]] = []
        self.fail_next: StorageError | None = None
        self.is_full = False
        self._edit_drafts: dict[int, str] = {}
        self.is_closed = False

    def _now(self) -> float:
        return float(next(self._clock))

    def _may_fail(self) -> None:
        if self.fail_next is not None:
            error, self.fail_next = self.fail_next, None
            raise error

    def _begin_writing(self) -> None:
        self._may_fail()
        if self.is_full:
            raise StorageError("The disk with chats.db is full; free some space, then try again. What was saved is "
                               "safe.", code="disk_full", path="chats.db")

    # conversations
    def create_conversation(self, title: str = "", model_id: str | None = None) -> Conversation:
        self._begin_writing()
        now = self._now()
        made = Conversation(next(self._ids), title, now, now, is_title_automatic=not title, model_id=model_id)
        self._conversations[made.id] = made
        return made

    def conversation(self, conversation_id: int) -> Conversation:
        found = self._conversations.get(conversation_id)
        if found is None:
            raise not_found("conversation", conversation_id)
        count = sum(1 for m in self._messages.values() if m.conversation_id == conversation_id)
        return replace(found, message_count=count)

    def conversations(self) -> list[Conversation]:
        shown = [self.conversation(i) for i in self._conversations if i not in self._deleted]
        return sorted(shown, key=lambda c: (not c.is_pinned, -c.updated_at, -c.id))

    def _change(self, conversation_id: int, **values: object) -> None:
        self._begin_writing()
        self.conversation(conversation_id)
        self._conversations[conversation_id] = replace(self._conversations[conversation_id], **values)

    def rename(self, conversation_id: int, title: str) -> None:
        self._change(conversation_id, title=title, is_title_automatic=not title)
        if not title:
            for message in self.path(conversation_id)[:1]:
                self._give_automatic_title(conversation_id, message.text)

    def _give_automatic_title(self, conversation_id: int, text: str) -> None:
        if self._conversations[conversation_id].is_title_automatic:
            self._change(conversation_id, title=" ".join(text.split()[:6])[:40])

    def set_pinned(self, conversation_id: int, is_pinned: bool) -> None:
        self._change(conversation_id, is_pinned=is_pinned)

    def set_model(self, conversation_id: int, model_id: str | None) -> None:
        self._change(conversation_id, model_id=model_id)

    def set_sampling(self, conversation_id: int, sampling_json: str | None) -> None:
        self._change(conversation_id, sampling_json=sampling_json)

    def set_draft(self, conversation_id: int, draft: str) -> None:
        self._change(conversation_id, draft=cleaned(draft))

    def delete(self, conversation_id: int) -> None:
        self._begin_writing()
        self._deleted[conversation_id] = self._now()

    def undelete(self, conversation_id: int) -> None:
        self._begin_writing()
        self._deleted.pop(conversation_id, None)

    def deleted_conversations(self) -> list[DeletedConversation]:
        self._may_fail()
        return [DeletedConversation(self.conversation(i), self._deleted[i]) for i in reversed(self._deleted)]

    def erase_deleted(self, conversation_id: int) -> None:
        self._begin_writing()
        if conversation_id not in self._deleted:
            raise not_found("deleted conversation", conversation_id)
        self._erase(conversation_id)

    def _erase(self, conversation_id: int) -> None:
        del self._deleted[conversation_id], self._conversations[conversation_id]
        for message in [m for m in self._messages.values() if m.conversation_id == conversation_id]:
            del self._messages[message.id]
            self._children[message.parent_id].remove(message.id)
            self._edit_drafts.pop(message.id, None)

    def purge_deleted(self, older_than_seconds: float) -> int:
        count = len(self._deleted)
        for conversation_id in list(self._deleted):
            self._erase(conversation_id)
        return count

    def branch(self, message_id: int, title: str | None = None) -> Conversation:
        source = self._messages[message_id]
        old = self.conversation(source.conversation_id)
        made = self.create_conversation(title if title is not None else old.title, old.model_id)
        parent: int | None = None
        for message in self._path_to(message_id):
            copy = self._insert(replace(message, id=next(self._ids), conversation_id=made.id, parent_id=parent))
            for (owner, model_id), state in list(self.states.items()):
                if owner == message.id:
                    self.states[copy.id, model_id] = state
            parent = copy.id
        return self.conversation(made.id)

    # messages
    def _path_to(self, message_id: int | None) -> list[Message]:
        path: list[Message] = []
        while message_id is not None:
            path.append(self._counted(self._messages[message_id]))
            message_id = path[-1].parent_id
        return path[::-1]

    def _siblings(self, message: Message) -> list[Message]:
        ids = self._children.get(message.parent_id, [])
        return [self._messages[i] for i in ids if self._messages[i].role == message.role
                and self._messages[i].conversation_id == message.conversation_id]

    def _counted(self, message: Message) -> Message:
        ids = [m.id for m in self._siblings(message)]
        return replace(message, version=ids.index(message.id) + 1, version_count=len(ids))

    def path(self, conversation_id: int, limit: int | None = None, before_id: int | None = None,
             after_id: int | None = None) -> list[Message]:
        whole = self._path_to(self.conversation(conversation_id).head_id)
        ids = [m.id for m in whole]
        wanted = before_id if before_id is not None else after_id
        if wanted is not None and wanted not in ids:
            return []
        if after_id is not None:
            return whole[ids.index(after_id) + 1:][:limit]
        if before_id is not None:
            whole = whole[:ids.index(before_id)]
        return whole if limit is None else whole[-limit:] if limit else []

    def message(self, message_id: int) -> Message:
        if message_id not in self._messages:
            raise not_found("message", message_id)
        return self._counted(self._messages[message_id])

    def _insert(self, message: Message) -> Message:
        self._messages[message.id] = message
        self._children.setdefault(message.parent_id, []).append(message.id)
        self._set_head(message)
        return self._counted(message)

    def _set_head(self, message: Message) -> None:
        self._change(message.conversation_id, head_id=message.id, updated_at=self._now())
        for step in self._path_to(message.id):
            if step.parent_id is not None:
                self._last_child[step.parent_id] = step.id

    def add_message(self, conversation_id: int, parent_id: int | None, role: Role, text: str, *,
                    status: MessageStatus = MessageStatus.COMPLETE, model_id: str | None = None,
                    forgets_before: bool = False) -> Message:
        self._begin_writing()
        self._deleted.pop(conversation_id, None)
        if role == Role.USER and (parent_id is None or not self._conversations[conversation_id].title):
            self._give_automatic_title(conversation_id, text)
        return self._insert(Message(next(self._ids), conversation_id, parent_id, role, cleaned(text), self._now(),
                                    status, model_id, forgets_before=forgets_before))

    def begin_exchange(self, conversation_id: int, parent_id: int | None, text: str, model_id: str, *,
                       forgets_before: bool = False, keeps_draft: bool = False) -> tuple[Message, Message]:
        user = self.add_message(conversation_id, parent_id, Role.USER, text, forgets_before=forgets_before)
        reply = self.add_message(conversation_id, user.id, Role.BOT, "", status=MessageStatus.WRITING,
                                 model_id=model_id)
        if not keeps_draft:
            self._change(conversation_id, draft="")
        return user, reply

    def update_text(self, message_id: int, text: str) -> None:
        self._begin_writing()
        self.message(message_id)
        self.update_calls.append((message_id, text))
        self._messages[message_id] = replace(self._messages[message_id], text=cleaned(text),
                                             status=MessageStatus.WRITING)

    def end_reply(self, message_id: int, text: str, status: MessageStatus, statistics: ReplyStatistics | None,
                  states: Iterable[tuple[int, bytes]], model_id: str) -> Message:
        self._begin_writing()
        self.message(message_id)
        self._messages[message_id] = replace(self._messages[message_id], text=text, status=status,
                                             statistics=statistics, model_id=model_id)
        for owner, state in states:
            self.states[owner, model_id] = state
        return self.message(message_id)

    def edit_bot_message(self, message_id: int, text: str) -> Message:
        old = self._messages[message_id]
        made = self.add_message(old.conversation_id, old.parent_id, Role.BOT, text, model_id=old.model_id)
        self._messages[made.id] = replace(self._messages[made.id], is_edited=True,
                                          forgets_before=old.forgets_before)
        return self.message(made.id)

    def versions(self, message_id: int) -> list[Message]:
        return [self._counted(m) for m in self._siblings(self._messages[message_id])]

    def select_version(self, message_id: int) -> None:
        leaf = message_id
        while leaf in self._last_child:
            leaf = self._last_child[leaf]
        self._set_head(self._messages[leaf])

    def set_forgets_before(self, message_id: int, forgets: bool) -> None:
        self._begin_writing()
        self._messages[message_id] = replace(self._messages[message_id], forgets_before=forgets)
        below = {message_id}
        for message in sorted(self._messages.values(), key=lambda m: m.id):
            if message.parent_id in below:
                below.add(message.id)
        self.states = {key: state for key, state in self.states.items() if key[0] not in below}

    def set_rating(self, message_id: int, rating: int) -> None:
        self._begin_writing()
        self._messages[message_id] = replace(self._messages[message_id], rating=rating)

    def set_edit_draft(self, message_id: int, text: str) -> None:
        self._begin_writing()
        self.message(message_id)
        self._edit_drafts.pop(message_id, None)
        if cleaned(text):
            self._edit_drafts[message_id] = cleaned(text)

    def edit_drafts(self, conversation_id: int) -> dict[int, str]:
        return {i: text for i, text in self._edit_drafts.items()
                if self._messages[i].conversation_id == conversation_id}

    # states
    def nearest_state(self, message_id: int | None, model_id: str) -> tuple[bytes | None, list[Message]]:
        later: list[Message] = []
        for message in reversed(self._path_to(message_id)):
            if (message.id, model_id) in self.states:
                return self.states[message.id, model_id], later[::-1]
            later.append(message)
            if message.forgets_before:
                break
        return None, later[::-1]

    def save_state(self, message_id: int, model_id: str, state: bytes) -> None:
        self.states[message_id, model_id] = state

    def forget_states(self, model_id: str) -> int:
        count = len(self.states)
        self.states = {key: state for key, state in self.states.items() if key[1] != model_id}
        return count - len(self.states)

    # finding and moving
    def search(self, query: str, limit: int = 100) -> list[SearchHit]:
        words = query.casefold().split()
        hits = []
        for message in sorted(self._messages.values(), key=lambda m: -m.created_at):
            folded = message.text.casefold()
            if message.conversation_id in self._deleted or not words or not all(w in folded for w in words):
                continue
            start = folded.index(words[0])
            end = start + len(words[0])
            excerpt = f"{message.text[:start][-40:]}\2{message.text[start:end]}\3{message.text[end:][:60]}"
            title = self._conversations[message.conversation_id].title
            hits.append(SearchHit(message.conversation_id, title, message.id, message.role, message.created_at,
                                  excerpt))
        return hits[:limit]

    def export(self, conversation_ids: Sequence[int] | None, format: str, target: Path) -> int:
        self._may_fail()
        ids = [c.id for c in self.conversations()] if conversation_ids is None else list(conversation_ids)
        rows = [{"title": self.conversation(i).title, "messages": [[m.role, m.text] for m in self.path(i)]}
                for i in ids]
        Path(target).write_text(json.dumps({"format": format, "conversations": rows}), encoding="utf-8")
        return len(ids)

    def import_json(self, source: Path) -> list[int]:
        try:
            rows = json.loads(Path(source).read_text(encoding="utf-8"))["conversations"]
        except (ValueError, KeyError, TypeError) as error:
            raise ImportProblem("This file is not an export of this program.", code="import_format") from error
        made = []
        for row in rows:
            conversation = self.create_conversation(row["title"])
            parent: int | None = None
            for role, text in row["messages"]:
                parent = self.add_message(conversation.id, parent, Role(role), text).id
            made.append(conversation.id)
        return made

    def close(self) -> None:
        self.is_closed = True
