"""Any sequence of adding, editing, selecting, branching and deleting: nothing is lost, the path is always a chain."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from chatbot.core.messages import Role
from chatbot.storage.importing import read_file
from chatbot.storage.opening import open_store
from tests.storage.conftest import Clock
from tests.storage.trees import MODEL

texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=8)


@dataclass
class Expected:
    """What a conversation must look like, kept in the plainest way."""

    parents: dict[int, int | None] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)
    roles: dict[int, Role] = field(default_factory=dict)
    last_shown_child: dict[int, int] = field(default_factory=dict)
    head: int | None = None
    is_deleted: bool = False

    def add(self, message_id: int, parent_id: int | None, role: Role, text: str) -> None:
        self.parents[message_id], self.texts[message_id], self.roles[message_id] = parent_id, text, role
        self.select(message_id)
        self.is_deleted = False  # what is written into a deleted conversation brings it back

    def select(self, message_id: int) -> None:
        for parent, child in pairwise(self.path(message_id)):
            self.last_shown_child[parent] = child
        while message_id in self.last_shown_child:
            message_id = self.last_shown_child[message_id]
        self.head = message_id

    def path(self, message_id: int | None) -> list[int]:
        chain: list[int] = []
        while message_id is not None:
            chain.insert(0, message_id)
            message_id = self.parents[message_id]
        return chain

    def versions(self, message_id: int) -> list[int]:
        return [other for other in sorted(self.parents) if self.parents[other] == self.parents[message_id]
                and self.roles[other] == self.roles[message_id]]


class MessageTree(RuleBasedStateMachine):
    """Drives a real store and compares it with ``Expected`` after every step."""

    conversations = Bundle("conversations")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.clock = Clock()
        self.store, _ = open_store(self.folder / "chats.db", clock=self.clock)
        self.expected: dict[int, Expected] = {}

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    def pick(self, conversation_id: int, number: int) -> int | None:
        """One of the conversation's messages, or None for "above the first"."""
        ids = [None, *sorted(self.expected[conversation_id].parents)]
        return ids[number % len(ids)]

    @initialize(target=conversations)
    def first_conversation(self) -> int:
        return self.create()

    @rule(target=conversations)
    def create_conversation(self) -> int:
        return self.create()

    def create(self) -> int:
        made = self.store.create_conversation()
        self.expected[made.id] = Expected()
        return made.id

    @rule(conversation=conversations, number=st.integers(0, 30), role=st.sampled_from(Role), text=texts)
    def add(self, conversation: int, number: int, role: Role, text: str) -> None:
        parent_id = self.pick(conversation, number)
        message = self.store.add_message(conversation, parent_id, role, text)
        self.expected[conversation].add(message.id, parent_id, role, text)

    @rule(conversation=conversations, text=texts, reply=texts)
    def exchange(self, conversation: int, text: str, reply: str) -> None:
        expected = self.expected[conversation]
        parent_id = expected.head
        own, answer = self.store.begin_exchange(conversation, parent_id, text, MODEL)
        self.store.update_text(answer.id, reply[:2])
        self.store.end_reply(answer.id, reply, "complete", None, [(own.id, b"a"), (answer.id, b"b")], MODEL)
        expected.add(own.id, parent_id, Role.USER, text)
        expected.add(answer.id, own.id, Role.BOT, reply)

    @rule(conversation=conversations, number=st.integers(1, 30), text=texts)
    def edit(self, conversation: int, number: int, text: str) -> None:
        old_id, expected = self.pick(conversation, number), self.expected[conversation]
        if old_id is not None and expected.roles[old_id] == Role.BOT:
            new = self.store.edit_bot_message(old_id, text)
            assert new.is_edited
            expected.add(new.id, expected.parents[old_id], Role.BOT, text)

    @rule(conversation=conversations, number=st.integers(1, 30))
    def select(self, conversation: int, number: int) -> None:
        message_id = self.pick(conversation, number)
        if message_id is not None:
            self.store.select_version(message_id)
            self.expected[conversation].select(message_id)

    @rule(target=conversations, conversation=conversations, number=st.integers(1, 30))
    def branch(self, conversation: int, number: int) -> int:
        message_id, origin = self.pick(conversation, number), self.expected[conversation]
        if message_id is None:
            return conversation
        made, copy = self.store.branch(message_id), Expected()
        for old, new in zip(origin.path(message_id), self.store.path(made.id), strict=True):
            copy.add(new.id, new.parent_id, origin.roles[old], origin.texts[old])
        self.expected[made.id] = copy
        return made.id

    @rule(conversation=conversations)
    def delete_or_undelete(self, conversation: int) -> None:
        expected = self.expected[conversation]
        (self.store.undelete if expected.is_deleted else self.store.delete)(conversation)
        expected.is_deleted = not expected.is_deleted

    @rule(conversation=consumes(conversations))
    def purge(self, conversation: int) -> None:
        if self.expected[conversation].is_deleted:
            gone = [number for number, expected in self.expected.items() if expected.is_deleted]
            assert self.store.purge_deleted(-1) == len(gone)
            for number in gone:  # others in the bundle may be gone too: give them an empty one of the same number
                self.expected[number] = Expected()
                self.store._db.execute("INSERT INTO conversation (id, created_at, updated_at) VALUES (?, 0, 0)",
                                       (number,))

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store, notices = open_store(self.folder / "chats.db", clock=self.clock)
        assert notices == []

    @rule(conversation=conversations)
    def export_and_import(self, conversation: int) -> None:
        target = self.folder / "export.json"
        self.store.export([conversation], "json", target)
        (checked,) = read_file(target)
        assert len(checked.messages) == len(self.expected[conversation].parents)

    @invariant()
    def the_shown_path_is_the_expected_chain(self) -> None:
        for number, expected in self.expected.items():
            path = self.store.path(number)
            assert [m.id for m in path] == expected.path(expected.head)
            assert [m.text for m in path] == [expected.texts[m.id] for m in path]
            assert [m.parent_id for m in path] == [None, *[m.id for m in path[:-1]]][:len(path)]
            assert self.store.conversation(number).message_count == len(path)
            for message in path:
                versions = expected.versions(message.id)
                assert (message.version, message.version_count) == (versions.index(message.id) + 1, len(versions))

    @invariant()
    def nothing_is_lost(self) -> None:
        stored = dict(self.store._db.execute("SELECT id, text FROM message"))
        assert stored == {k: v for expected in self.expected.values() for k, v in expected.texts.items()}

    @invariant()
    def the_list_shows_what_is_not_deleted(self) -> None:
        listed = {conversation.id for conversation in self.store.conversations()}
        assert listed == {number for number, expected in self.expected.items() if not expected.is_deleted}

    @invariant()
    def the_database_agrees_with_itself(self) -> None:
        assert self.store._db.execute("PRAGMA foreign_key_check").fetchall() == []
        self.store._db.execute("INSERT INTO message_search (message_search, rank) VALUES ('integrity-check', 1)")


TestMessageTree = MessageTree.TestCase
TestMessageTree.settings = settings(max_examples=25, stateful_step_count=25, deadline=None, derandomize=True)
