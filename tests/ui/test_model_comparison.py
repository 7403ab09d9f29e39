"""Two models on the same message: what each is told, what is shown of it, and that the conversation is left alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from chatbot.core.errors import Problem, StorageError
from chatbot.core.messages import MessageStatus, Role
from chatbot.core.replies import EndReason, ModelSummary
from chatbot.core.sampling import Sampling
from chatbot.ui.main_window import MainWindow
from chatbot.ui.model_comparison import ModelComparison, chosen_pair, last_message, place_of
from chatbot.ui.model_comparison_window import ModelComparisonWindow
from chatbot.ui.model_comparisons import ModelComparisons
from tests.fakes.fake_engine_handle import FakeEngineHandle
from tests.fakes.fake_store import FakeStore
from tests.ui.chat_parts import any_store, make_window, settings, store  # noqa: F401 - fixtures
from tests.ui.plain_looks import nameless, plain_looks  # noqa: F401 - a fixture

pytestmark = pytest.mark.usefixtures("plain_looks")


def summary(model_id: str, name: str = "") -> ModelSummary:
    return ModelSummary(model_id, name or model_id.capitalize(), 1000, "en", "MIT", 64, "int8")


ONE, TWO, THREE = summary("one"), summary("two"), summary("three")


def talk(any_store) -> int:
    """hello - hi - how are you? - fine, of which the model ``one`` remembers the first two."""
    conversation = any_store.create_conversation("Talk")
    parent = None
    for role, text in ((Role.USER, "hello"), (Role.BOT, "hi"), (Role.USER, "how are you?"), (Role.BOT, "fine")):
        parent = any_store.add_message(conversation.id, parent, role, text, model_id="one").id
        if text == "hi":
            any_store.save_state(parent, "one", b"memory")
    return conversation.id


class TestPlaces:
    """Where a compared message stands."""

    def test_the_last_message_stands_where_it_was_said(self, any_store):
        conversation_id = talk(any_store)
        message = last_message(any_store, conversation_id)
        place = place_of(any_store, conversation_id, " how are you? ")
        assert message.text == "how are you?"
        assert (place.parent_id, place.earlier) == (message.parent_id, ("hi",))

    def test_another_message_is_the_next_one(self, any_store):
        conversation_id = talk(any_store)
        place = place_of(any_store, conversation_id, "and you?")
        assert (place.parent_id, place.earlier) == (any_store.path(conversation_id)[-1].id, ("hi", "fine"))

    def test_a_reply_that_is_being_written_is_not_there_yet(self, any_store):
        conversation_id = talk(any_store)
        head = any_store.path(conversation_id)[-1].id
        any_store.begin_exchange(conversation_id, head, "now?", "one")
        assert place_of(any_store, conversation_id, "now?").parent_id == head
        assert place_of(any_store, conversation_id, "then?").parent_id == last_message(any_store, conversation_id).id

    def test_nothing_before_it(self, any_store):
        empty = any_store.create_conversation().id
        assert last_message(any_store, empty) is None
        assert place_of(any_store, empty, "x") is None
        any_store.add_message(empty, None, Role.USER, "first")
        assert place_of(any_store, empty, "first") is None
        conversation_id = talk(any_store)
        any_store.set_forgets_before(last_message(any_store, conversation_id).id, True)
        assert place_of(any_store, conversation_id, "how are you?") is None


class Answers:
    """Everything a comparison says, in order."""

    def __init__(self, comparison: ModelComparison) -> None:
        self.said: list[tuple[object, ...]] = []
        comparison.loading.connect(lambda side: self.said.append(("loading", side)))
        comparison.text_changed.connect(lambda side, text: self.said.append((side, text)))
        comparison.ended.connect(lambda side, end: self.said.append((side, end.reason)))
        comparison.failed.connect(lambda side, problem: self.said.append((side, problem.code)))
        comparison.finished.connect(lambda: self.said.append(("finished",)))


@pytest.fixture
def engine(qapp) -> FakeEngineHandle:
    return FakeEngineHandle()


class TestComparison:
    """Without a window."""

    def test_both_get_the_same_message_seed_and_settings_one_after_the_other(self, any_store, engine):
        comparison = ModelComparison(any_store, engine)
        answers = Answers(comparison)
        comparison.start("hey", ("one", "two"), Sampling(temperature=0.9, seed=-1))
        first, second = engine.requests
        assert (first.model_id, second.model_id) == ("one", "two")
        assert [(turn.role, turn.text, turn.message_id) for turn in first.turns] == [(Role.USER, "hey", None)]
        assert second.turns == first.turns
        assert first.sampling.value == second.sampling.value
        assert first.sampling.value.seed >= 0
        assert first.sampling.value.temperature == 0.9
        assert first.reply_message_id is None, "nothing is to be saved"
        assert engine.release_count == 2, "each model is let go of behind its reply"
        engine.write("Oh ")
        engine.finish("hello")
        engine.finish("Hm.")
        assert answers.said == [("loading", 0), (0, "Oh "), (0, "Oh hello"), (0, EndReason.END_OF_TURN), ("loading", 1),
                                (1, "Hm."), (1, EndReason.END_OF_TURN), ("finished",)]
        assert not comparison.is_running

    def test_a_fixed_seed_stays(self, any_store, engine):
        ModelComparison(any_store, engine).start("hey", ("one", "two"), Sampling(seed=5))
        assert [request.sampling.value.seed for request in engine.requests] == [5, 5]

    def test_each_model_goes_on_from_what_it_remembers(self, any_store, engine):
        conversation_id = talk(any_store)
        before = any_store.path(conversation_id)
        comparison = ModelComparison(any_store, engine)
        comparison.start("and you?", ("one", "two"), Sampling(), place_of(any_store, conversation_id, "and you?"))
        first, second = engine.requests
        assert (first.state, [turn.text for turn in first.turns]) == (b"memory", ["how are you?", "fine", "and you?"])
        assert second.state is None
        assert [turn.text for turn in second.turns] == ["hello", "hi", "how are you?", "fine", "and you?"]
        assert first.earlier_replies == second.earlier_replies == ("hi", "fine")
        engine.finish("a")
        engine.finish("b")
        assert any_store.path(conversation_id) == before

    def test_useless_memory_is_replaced_by_reading(self, any_store, engine):
        conversation_id = talk(any_store)
        any_store.set_forgets_before(any_store.path(conversation_id)[1].id, True)
        any_store.save_state(any_store.path(conversation_id)[1].id, "one", b"damaged")
        comparison = ModelComparison(any_store, engine)
        answers = Answers(comparison)
        comparison.start("and you?", ("one", "two"), Sampling(), place_of(any_store, conversation_id, "and you?"))
        assert engine.requests[0].state == b"damaged"
        request = engine.open.pop(0)
        engine.job_failed.emit(Problem("state_damaged", "It is damaged.", request.job_id))
        assert comparison.is_running
        engine.finish("from two")
        again = engine.open[0]
        assert (again.model_id, again.state) == ("one", None)
        assert [turn.text for turn in again.turns] == ["hi", "how are you?", "fine", "and you?"]
        engine.open.pop(0)
        engine.job_failed.emit(Problem("state_damaged", "It is damaged.", again.job_id))
        assert answers.said[-2:] == [(0, "state_damaged"), ("finished",)]
        assert any_store.nearest_state(place_of(any_store, conversation_id, "x").parent_id, "one")[0] == b"damaged", \
            "the conversation's own memory is not touched"

    def test_a_model_that_cannot_be_loaded_leaves_the_other_one(self, any_store, engine):
        comparison = ModelComparison(any_store, engine)
        answers = Answers(comparison)
        comparison.start("hey", ("one", "two"), Sampling())
        engine.fail()
        engine.finish("fine")
        assert answers.said[1:] == [(0, "model"), ("loading", 1), (1, "fine"), (1, EndReason.END_OF_TURN),
                                    ("finished",)]

    def test_a_store_that_cannot_be_read_fails_both_and_finishes_once(self, any_store, engine, monkeypatch):
        conversation_id = talk(any_store)
        place = place_of(any_store, conversation_id, "and you?")

        def broken(*_arguments):
            raise StorageError("The disk is gone.", code="io_error")

        monkeypatch.setattr(any_store, "nearest_state", broken)
        comparison = ModelComparison(any_store, engine)
        answers = Answers(comparison)
        comparison.start("and you?", ("one", "two"), Sampling(), place)
        assert [said for said in answers.said if said[0] != "loading"] == [(0, "io_error"), (1, "io_error"),
                                                                           ("finished",)]
        assert engine.requests == []

    def test_stop_and_a_new_start_forget_the_old_answers(self, any_store, engine):
        comparison = ModelComparison(any_store, engine)
        comparison.start("hey", ("one", "two"), Sampling())
        old = list(engine.requests)
        comparison.stop()
        assert all(request.stop.is_set() for request in old)
        comparison.start("you", ("two", "one"), Sampling())
        answers = Answers(comparison)
        engine.finish_stopped()
        engine.finish_stopped()
        engine.finish("new")
        assert answers.said == [(0, "new"), (0, EndReason.END_OF_TURN), ("loading", 1)]


def test_two_different_models_are_chosen():
    models = [ONE, TWO, THREE]
    assert chosen_pair(models, []) == ("one", "two")
    assert chosen_pair(models, ["three"]) == ("three", "one")
    assert chosen_pair(models, ["gone", "two", "two", "three"]) == ("two", "three")
    assert chosen_pair([ONE], ["one"]) is None


class Desk:
    """A comparison window over a store with a talk."""

    def __init__(self, qtbot: QtBot, any_store) -> None:
        self.store, self.engine = any_store, FakeEngineHandle()
        self.comparison = ModelComparison(any_store, self.engine)
        self.window = ModelComparisonWindow(any_store, self.comparison, lambda: Sampling(seed=3))
        qtbot.addWidget(self.window)
        self.conversation_id = talk(any_store)
        self.window.show_models([ONE, TWO, THREE], ["two", "three"])
        self.window.show_conversation(any_store.conversation(self.conversation_id), "two")
        self.window.show()

    @property
    def statuses(self) -> list[str]:
        return [column.status.text() for column in self.window.columns]

    @property
    def texts(self) -> list[str]:
        return [column.reply.toPlainText() for column in self.window.columns]


@pytest.fixture
def desk(qtbot: QtBot, any_store) -> Iterator[Desk]:
    desk = Desk(qtbot, any_store)
    yield desk
    desk.window.close()


class TestWindow:
    """What a person sees."""

    def test_it_offers_the_last_message_with_its_context(self, desk):
        assert desk.window.field.toPlainText() == "how are you?"
        assert desk.window.context.isChecked()
        assert desk.window.context.text() == "With what was said before in “Talk”"
        assert desk.window.chosen_ids == ("two", "three")
        assert nameless(desk.window) == []

    def test_two_replies_with_their_numbers(self, desk, qtbot):
        qtbot.keyClick(desk.window.field, Qt.Key.Key_Return)
        assert desk.statuses == ["Loading the language model…", "Waits for the other one…"]
        assert not desk.window.columns[0].models.isEnabled()
        desk.engine.write("All ")
        assert (desk.texts, desk.statuses[0]) == (["All ", ""], "Writing…")
        desk.engine.finish("right here")
        desk.engine.finish("Fine")
        assert desk.texts == ["All right here", "Fine"]
        assert desk.statuses == ["3 word(s) · 120 tokens per second · first token after 0.02 s",
                                 "1 word(s) · 120 tokens per second · first token after 0.02 s"]
        assert [turn.text for turn in desk.engine.requests[0].turns] == ["hello", "hi", "how are you?"]
        assert desk.window.columns[0].models.isEnabled()
        assert desk.window.run_button.text() == "Compare"

    def test_without_context(self, desk):
        desk.window.context.setChecked(False)
        desk.window.run_button.click()
        assert [len(request.turns) for request in desk.engine.requests] == [1, 1]

    def test_stop_keeps_what_was_written(self, desk):
        desk.window.run_button.click()
        desk.engine.write("So far")
        assert desk.window.run_button.text() == "Stop"
        desk.window.run_button.click()
        desk.engine.finish_stopped()
        desk.engine.finish_stopped()
        assert desk.texts == ["So far", ""]
        assert desk.statuses[0].startswith("Stopped · 2 word(s)")

    def test_a_problem_stands_where_the_reply_would(self, desk):
        desk.window.run_button.click()
        desk.engine.fail("The weights are gone.")
        desk.engine.finish("ok")
        assert desk.statuses[0] == "The weights are gone."
        assert desk.window.columns[0].status.property("role") == "danger"
        desk.window.run_button.click()
        assert desk.window.columns[0].status.property("role") == "muted"

    def test_the_liked_model_is_used_here(self, desk, qtbot):
        first, second = desk.window.columns
        assert not first.use_button.isEnabled(), "it writes here already"
        with qtbot.waitSignal(desk.window.model_chosen) as chosen:
            second.use_button.click()
        assert chosen.args == ["three"]
        desk.window.show_conversation(desk.store.conversation(desk.conversation_id), "three")
        assert (first.use_button.isEnabled(), second.use_button.isEnabled()) == (True, False)

    def test_what_cannot_be_compared_is_said(self, desk):
        desk.window.columns[1].models.setCurrentIndex(1)
        assert desk.window.hint.text() == "Choose two different models."
        assert not desk.window.run_button.isEnabled()
        desk.window.columns[1].models.setCurrentIndex(0)
        assert not desk.window.hint.isVisible()
        desk.window.field.show_text("  ")
        assert not desk.window.run_button.isEnabled()
        desk.window.show_models([ONE], [])
        assert "only one model" in desk.window.hint.text()

    def test_models_of_one_name_are_told_apart(self, desk):
        desk.window.show_models([ONE, summary("two", "One"), THREE], ["one"])
        assert [desk.window.columns[0].models.itemText(row) for row in range(3)] == ["One (one)", "One (two)", "Three"]

    def test_closing_stops_and_escape_stops_first(self, desk, qtbot):
        desk.window.run_button.click()
        qtbot.keyClick(desk.window, Qt.Key.Key_Escape)
        assert desk.window.isVisible()
        assert all(request.stop.is_set() for request in desk.engine.requests)
        desk.engine.finish_stopped()
        desk.engine.finish_stopped()
        qtbot.keyClick(desk.window.field, Qt.Key.Key_Escape)
        assert not desk.window.isVisible()
        desk.window.show()
        desk.window.run_button.click()
        desk.window.close()
        assert not desk.window.isVisible()
        assert all(request.stop.is_set() for request in desk.engine.requests)

    def test_a_typed_message_survives_another_conversation(self, desk):
        desk.window.field.show_text("mine")
        other = desk.store.create_conversation("Other")
        desk.window.show_conversation(other, "")
        assert desk.window.field.toPlainText() == "mine"
        assert not desk.window.context.isVisible(), "nothing was said in it"


class Three:
    """Three installed models."""

    def all(self) -> list[ModelSummary]:
        return [ONE, TWO, THREE]


class TestInTheChatWindow:
    """From the model's button and back to the conversation."""

    @pytest.fixture
    def made(self, qtbot: QtBot, store: FakeStore, settings) -> Iterator[tuple[MainWindow, ModelComparisons]]:
        talk(store)
        settings.model_id = "one"
        window = MainWindow(store, FakeEngineHandle(), settings, installed=Three())
        qtbot.addWidget(window)
        window.show()
        window.start()
        yield window, ModelComparisons(window, store, FakeEngineHandle)
        window.close()

    def test_the_menu_opens_it_with_the_present_model_first(self, made):
        window, comparisons = made
        window.header.model_button.about_to_open.emit()
        entries = {action.text(): action for action in window.header.model_button.menu().actions()}
        entries["Compare models…"].trigger()
        shown = comparisons.comparison_window
        assert shown.isVisible()
        assert shown.chosen_ids == ("one", "two")
        assert shown.field.toPlainText() == "how are you?"

    def test_the_page_of_models_chooses_the_second(self, made):
        _, comparisons = made
        comparisons.open("three")
        assert comparisons.comparison_window.chosen_ids == ("one", "three")
        comparisons.open()
        assert comparisons.comparison_window.chosen_ids == ("one", "three"), "what was chosen stays"
        comparisons.open("one")
        assert comparisons.comparison_window.chosen_ids == ("one", "three")

    def test_the_chosen_model_writes_the_conversation(self, made, store):
        window, comparisons = made
        comparisons.open("three")
        comparisons.comparison_window.columns[1].use_button.click()
        conversation = window.controller.conversation
        assert store.conversation(conversation.id).model_id == "three"
        assert [m.status for m in store.path(conversation.id)] == [MessageStatus.COMPLETE] * 4
        assert not comparisons.comparison_window.columns[1].use_button.isEnabled()

    def test_settings_and_conversation_are_those_of_the_chat_window(self, made):
        window, comparisons = made
        comparisons.open()
        window.controller.sampling.change(Sampling(temperature=1.5))
        shown = comparisons.comparison_window
        shown.run_button.click()
        engine = shown._comparison._engine
        assert [request.sampling.value.temperature for request in engine.requests] == [1.5, 1.5]
        assert window.controller.replies._engine.requests == [], "the conversation's own engine is left alone"
        window.controller.new_conversation()
        assert shown._conversation.id == window.controller.conversation.id
