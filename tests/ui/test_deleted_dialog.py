"""Deleted conversations: listed with their days, brought back, erased only after a question."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QLocale

from chatbot.core.errors import StorageError
from chatbot.core.messages import Role
from chatbot.ui.conversation_shelf import ConversationShelf
from chatbot.ui.deleted_dialog import DeletedDialog
from tests.fakes.fake_store import FakeStore
from tests.ui.chat_parts import Heard


class Asked:
    """Keeps questions and answers them."""

    def __init__(self, answer: bool) -> None:
        self.answer, self.questions = answer, []

    def __call__(self, window, title: str, question: str, yes: str) -> bool:
        self.questions.append(question)
        return self.answer


@pytest.fixture
def store() -> FakeStore:
    store = FakeStore()
    for title in ("kept", "first deleted", "last deleted"):
        store.add_message(store.create_conversation(title).id, None, Role.USER, f"words of {title}")
    for title in ("first deleted", "last deleted"):
        store.delete(number_of(store, title))
    return store


def number_of(store: FakeStore, title: str) -> int:
    everything = [*store.conversations(), *(each.conversation for each in store.deleted_conversations())]
    return next(each.id for each in everything if each.title == title)


def titles(dialog: DeletedDialog) -> list[str]:
    return [dialog.tree.topLevelItem(row).text(0) for row in range(dialog.tree.topLevelItemCount())]


def choose(dialog: DeletedDialog, *rows: int) -> None:
    dialog.tree.clearSelection()
    for row in rows:
        dialog.tree.topLevelItem(row).setSelected(True)


def test_those_of_an_earlier_start_are_listed_the_latest_first(qtbot, store):
    dialog = DeletedDialog(ConversationShelf(store))
    qtbot.addWidget(dialog)
    assert titles(dialog) == ["last deleted", "first deleted"]
    first = dialog.tree.topLevelItem(0)
    day, erased = (QLocale().toDate(first.text(column), QLocale.FormatType.ShortFormat) for column in (1, 2))
    assert day.isValid() and day.daysTo(erased) == 30
    assert not dialog.nothing.isVisibleTo(dialog) and dialog.selected() == [number_of(store, "last deleted")]


def test_one_is_brought_back_with_its_words_and_shown(qtbot, store):
    shelf = ConversationShelf(store)
    changed, restored = Heard(shelf.changed), Heard(shelf.restored)
    dialog = DeletedDialog(shelf)
    qtbot.addWidget(dialog)
    number = number_of(store, "first deleted")
    choose(dialog, 1)
    dialog.back.click()
    assert {each.title for each in shelf.all()} == {"kept", "first deleted"}
    assert [message.text for message in store.path(number)] == ["words of first deleted"]
    assert restored.values == [number] and len(changed.values) == 1
    assert titles(dialog) == ["last deleted"]


def test_erasing_asks_and_no_means_no(qtbot, store):
    asked = Asked(False)
    dialog = DeletedDialog(ConversationShelf(store), confirm=asked)
    qtbot.addWidget(dialog)
    assert dialog.back.isDefault() and not dialog.erase.autoDefault(), "Enter brings back"
    dialog.erase.click()
    assert len(asked.questions) == 1 and "last deleted" in asked.questions[0] and "backups" in asked.questions[0]
    assert titles(dialog) == ["last deleted", "first deleted"]


def test_erased_ones_are_gone_and_the_list_says_that_nothing_is_left(qtbot, store):
    asked = Asked(True)
    dialog = DeletedDialog(ConversationShelf(store), confirm=asked)
    qtbot.addWidget(dialog)
    choose(dialog, 0, 1)
    dialog.erase.click()
    assert "2" in asked.questions[0]
    assert store.deleted_conversations() == [] and [each.title for each in store.conversations()] == ["kept"]
    assert dialog.nothing.isVisibleTo(dialog) and not dialog.tree.isVisibleTo(dialog)
    assert not dialog.back.isEnabled() and not dialog.erase.isEnabled()


def test_undo_passes_over_what_was_erased(qtbot, store):
    shelf = ConversationShelf(store)
    kept = store.create_conversation("deleted just now").id
    later = store.create_conversation("and erased").id
    shelf.delete(kept)
    shelf.delete(later)
    shelf.erase([later])
    assert shelf.can_undo_delete
    shelf.undo_delete()
    assert kept in [each.id for each in shelf.all()] and not shelf.can_undo_delete


def test_a_failure_is_told_and_nothing_leaves_the_list(qtbot, store):
    shelf = ConversationShelf(store)
    problems = Heard(shelf.problem_raised)
    dialog = DeletedDialog(shelf)
    qtbot.addWidget(dialog)
    store.fail_next = StorageError("The disk is full.", code="disk_full")
    dialog.back.click()
    assert [problem.code for problem in problems.values] == ["disk_full"]
    assert titles(dialog) == ["last deleted", "first deleted"]
    dialog.back.click()
    assert titles(dialog) == ["first deleted"], "and then it works"
