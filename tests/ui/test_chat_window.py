"""The whole window over fakes: messages, greeting, models, settings, strange text, problems."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton, QWidget

from chatbot.core.errors import Problem
from chatbot.core.messages import MessageStatus, Role
from chatbot.core.replies import Distribution, ModelSummary, TokenChance
from chatbot.settings import Settings
from chatbot.ui import theme
from chatbot.ui.main_window import MainWindow
from chatbot.ui.message_window import MessageWindow
from tests.fakes.fake_engine_handle import FakeEngineHandle
from tests.fakes.fake_store import FakeStore
from tests.ui.chat_parts import (  # noqa: F401 - fixtures
    Heard, engine, make_window, press, settings, store, talking, talks, texts, window)
from tests.ui.plain_looks import nameless, plain_looks  # noqa: F401 - fixtures

ENTER, CTRL, SHIFT = Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


# ---- messages ----

def test_the_message_menu_offers_what_is_possible(talking: MainWindow) -> None:
    model = talking.controller.model
    own, reply = model.row(0).message.id, model.rows[-1].message.id
    offered = {entry.data() for entry in talking.message_commands.menu_for(own).actions() if entry.data()}
    assert {"copy", "edit", "branch", "forget"} <= offered and not {"like", "continue", "regenerate"} & offered
    offered = {entry.data() for entry in talking.message_commands.menu_for(reply).actions() if entry.data()}
    assert {"copy", "edit", "branch", "forget", "like", "dislike", "continue", "regenerate",
            "previous_version"} <= offered and "next_version" not in offered


def test_every_message_action_does_something(talking: MainWindow, engine: FakeEngineHandle, store: FakeStore) -> None:
    commands, model = talking.message_commands, talking.controller.model
    reply = model.rows[-1].message
    commands.perform("like", reply.id)
    assert model.rows[-1].message.rating == 1
    commands.perform("like", reply.id)
    assert model.rows[-1].message.rating == 0, "the same thumb again takes it back"
    commands.perform("dislike", reply.id)
    assert model.rows[-1].message.rating == -1
    commands.perform("copy", reply.id)
    assert QGuiApplication.clipboard().text() == reply.text
    commands.perform("forget", model.row(2).message.id)
    assert model.row(2).message.forgets_before
    commands.perform("remember", model.row(2).message.id)
    assert not model.row(2).message.forgets_before
    commands.perform("continue", reply.id)
    engine.finish(" And more.")
    assert model.rows[-1].message.text.endswith("And more.")
    commands.perform("select_text", reply.id)
    assert talking.transcript.view.overlays.reader.isVisible()
    commands.perform("edit", reply.id)
    assert talking.composer.edited.role == Role.BOT and talking.composer.button.accessibleName() == "Save"
    talking.composer.field.setPlainText("Other words")
    QTest.keyClick(talking.composer.field, ENTER)
    assert model.rows[-1].message.is_edited and texts(talking)[-1] == "Other words"
    before = len(store.conversations())
    commands.perform("branch", model.row(1).message.id)
    assert len(store.conversations()) == before + 1 and len(texts(talking)) == 2


def test_thumbs_by_key_bar_and_menu_are_kept_and_taken_back(talking: MainWindow, talks: list[int],
                                                             store: FakeStore) -> None:
    actions, model = talking.menus.actions, talking.controller.model
    reply, view = model.rows[-1].message, talking.transcript.view
    bar = view.overlays.bars[Role.BOT]
    up, down = (bar.findChild(QToolButton, f"message_{name}") for name in ("like", "dislike"))
    press(Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert store.message(reply.id).rating == 1 and "good reply" in model.spoken(model.rows[-1])
    view.setFocus()
    view.setCurrentIndex(view.index_of(reply.id))
    view.overlays.place()
    assert up.isVisible() and up.isChecked() and not down.isChecked() and up.accessibleName() == "Good reply"
    assert up.toolTip() == "Take back “good reply”" and down.toolTip() == "Bad reply"
    other = next(id for id in talks if id != talking.controller.conversation.id)
    here = talking.controller.conversation.id
    talking.controller.open_conversation(other)
    talking.controller.open_conversation(here)
    assert model.rows[-1].message.rating == 1, "shown again after reopening"
    menu = {entry.data(): entry.text() for entry in talking.message_commands.menu_for(reply.id).actions()}
    assert menu["like"] == "Take back “good reply”" and menu["dislike"] == "Bad reply"
    view.setCurrentIndex(view.index_of(reply.id))
    view.overlays.place()
    down.click()
    view.overlays.place()
    assert store.message(reply.id).rating == -1 and down.isChecked() and not up.isChecked()
    assert "bad reply" in model.spoken(model.rows[-1])
    actions["dislike_reply"].trigger()
    view.overlays.place()
    assert store.message(reply.id).rating == 0 and not down.isChecked() and not up.isChecked()
    assert "reply, you said" not in model.spoken(model.rows[-1])


def test_a_reply_without_words_has_no_thumbs(window: MainWindow, engine: FakeEngineHandle) -> None:
    window.on_submitted("Hello")
    window.controller.stop()
    engine.finish_stopped()
    row = window.controller.model.rows[-1]
    assert row.message.text == "" and not row.is_writing
    assert not {"like", "dislike"} & window.transcript.view.actions_of(row.message.id)
    window.menus.actions["like_reply"].trigger()
    assert window.controller.model.rows[-1].message.rating == 0


def test_forgetting_by_key_shows_a_divider(talking: MainWindow) -> None:
    talking.composer.field.setFocus()
    view, model = talking.transcript.view, talking.controller.model
    last = model.rowCount() - 1
    before = view.delegate.layout_of(last, 600).height
    talking.menus.actions["forget_from_here"].trigger()
    assert model.forgets_next and view.delegate.layout_of(last, 600).height > before
    talking.menus.actions["forget_from_here"].trigger()
    assert not model.forgets_next and view.delegate.layout_of(last, 600).height == before
    view.setFocus()
    view.setCurrentIndex(model.index(2))
    talking.menus.actions["forget_from_here"].trigger()
    assert model.row(2).message.forgets_before
    assert view.delegate.layout_of(2, 600).memory is not None


def test_a_long_message_opens_in_a_window_of_its_own(window: MainWindow, engine: FakeEngineHandle) -> None:
    text = "a long line\n" * 2000
    window.on_submitted(text)
    engine.finish("So long!")
    window.message_commands.perform("show_whole", window.controller.model.row(0).message.id)
    opened = window.findChild(MessageWindow)
    assert opened.field.toPlainText() == text and nameless(opened) == []
    opened.close()


# ---- greeting, model, settings ----

def test_the_first_start_greets_and_is_honest(window: MainWindow, engine: FakeEngineHandle) -> None:
    assert window.transcript.empty.isVisible() and not window.transcript.view.isVisible()
    assert "small language model" in window.pane.honest_line.text() and window.pane.honest_line.isVisible()
    suggestion = window.transcript.empty.suggestions[2]
    QTest.mouseClick(suggestion, Qt.MouseButton.LeftButton)
    assert texts(window)[0] == suggestion.text() and window.transcript.view.isVisible()
    assert "language model" in window.transcript.view.delegate.header_text(window.controller.model.row(1).message)
    engine.finish("Hello Ada")


def test_a_model_that_does_not_load_is_explained_and_can_be_tried_again(qtbot: object, plain_looks: object,
                                                                        store: FakeStore, settings: Settings) -> None:
    engine = FakeEngineHandle(model_loads=False)
    window = make_window(qtbot, store, engine, settings)
    assert window.header.model_button.accessibleName() == "No language model"
    assert "is not installed" in window.notice.label.text() and window.notice.isVisible()
    QTest.keyClicks(window.composer.field, "Hello?")
    QTest.keyClick(window.composer.field, ENTER)
    assert texts(window) == ["Hello?", ""] and window.controller.model.rows[-1].message.status == MessageStatus.FAILED
    engine.model_loads = True
    QTest.mouseClick(window.notice.button, Qt.MouseButton.LeftButton)
    assert not window.notice.isVisible() and "Wren S" in window.header.model_button.accessibleName()
    window.menus.actions["regenerate"].trigger()
    engine.finish("Hello!")
    assert texts(window) == ["Hello?", "Hello!"]
    window.close()


def test_the_settings_panel_is_wired(talking: MainWindow, engine: FakeEngineHandle, store: FakeStore,
                                     talks: list[int], qtbot: object) -> None:
    talking.menus.actions["toggle_settings_panel"].trigger()
    assert talking.settings_panel.isVisible() and talking.header.settings_button.isChecked()
    qtbot.waitUntil(lambda: bool(engine.distribution_requests), timeout=2000)
    request = engine.distribution_requests[-1]
    engine.distribution_ready.emit(Distribution(request.job_id, (TokenChance("Hi", 0.5, 0.9),), 0.1, 1.0))
    talking.settings_panel.overrides_wanted.emit(True)
    assert store.conversation(talks[-1]).sampling_json is not None
    assert talking.header.own_settings_mark.isVisible()
    talking.settings_panel.overrides_wanted.emit(False)
    assert store.conversation(talks[-1]).sampling_json is None and not talking.header.own_settings_mark.isVisible()


def test_panels_remember_whether_they_are_shown(talking: MainWindow, settings: Settings) -> None:
    talking.menus.actions["toggle_conversations"].trigger()
    assert not talking.panel.isVisible() and not settings.are_conversations_shown
    talking.menus.actions["search"].trigger()
    assert talking.panel.isVisible() and settings.are_conversations_shown, "searching needs the panel"


def test_zoom_by_keys_and_wheel_within_its_bounds(talking: MainWindow, settings: Settings) -> None:
    size = talking.font().pointSizeF()
    settings.zoom_percent = 225
    for _ in range(3):
        talking.menus.actions["zoom_in"].trigger()
    assert settings.zoom_percent == 250 and talking.composer.font().pointSizeF() == pytest.approx(2.5 * size, rel=0.05)
    settings.zoom_percent = 80
    for _ in range(3):
        talking.menus.actions["zoom_out"].trigger()
    assert settings.zoom_percent == 75
    talking.menus.actions["zoom_reset"].trigger()
    assert settings.zoom_percent == 100 == theme.watcher().zoom_percent
    centre = QPointF(talking.transcript.view.rect().center())
    event = QWheelEvent(centre, centre, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, CTRL,
                        Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(talking.transcript.view.viewport(), event)
    assert settings.zoom_percent == 110
    talking.zoom.reset()


@pytest.mark.parametrize("action", ["preferences", "shortcuts", "about", "deleted_conversations"])
def test_dialogs_open(talking: MainWindow, action: str) -> None:
    talking.menus.actions[action].trigger()
    dialogs = [w for w in talking.findChildren(QWidget) if w.isWindow() and w.isVisible()]
    assert len(dialogs) == 1
    dialogs[0].close()


def test_a_problem_from_outside_is_shown(window: MainWindow) -> None:
    window.show_problem(Problem("settings", "In the settings, theme must be light or dark; system is used instead."))
    assert window.notice.isVisible() and "theme must be" in window.notice.label.text()


def test_a_personal_model_speaks_under_its_own_name(window: MainWindow, engine: FakeEngineHandle) -> None:
    engine.model_ready.emit(replace(engine.summary("ada"), name="Ada's Wren", is_personal=True, is_imitation=True))
    window.on_submitted("Hello")
    engine.finish("Hi")
    row = window.controller.model.rows[-1]
    assert window.controller.model.spoken(row).startswith("Ada's Wren, ")
    header = window.transcript.view.delegate.header_text(row.message)
    assert "language model" in header and "not by a person" in header
    assert window.header.imitation_mark.isVisible() and "Ada's Wren" in window.composer.field.placeholderText()
    assert window.pane.honest_line.text().startswith("Ada's Wren is a language model that imitates")
    engine.model_ready.emit(engine.summary("wren"))
    assert not window.header.imitation_mark.isVisible() and "small language" in window.pane.honest_line.text()


class TwoModels:
    """Two installed models, one of them personal."""

    def all(self) -> list[ModelSummary]:
        plain = FakeEngineHandle.summary("wren-en-s")
        return [plain, replace(plain, id="ada", name="Ada & Co", is_personal=True, is_imitation=True)]


def test_the_model_of_a_conversation_is_chosen_in_its_header(qtbot: object, plain_looks: object, store: FakeStore,
                                                             settings: Settings, engine: FakeEngineHandle) -> None:
    settings.model_id = "wren-en-s"
    window = MainWindow(store, engine, settings, installed=TwoModels())
    qtbot.addWidget(window)
    window.show()
    window.start()
    button, controller = window.header.model_button, window.controller

    def entries() -> dict[str, QAction]:
        button.about_to_open.emit()
        return {entry.text(): entry for entry in button.menu().actions() if entry.text()}

    offered = entries()
    assert list(offered) == ["Wren S (English)", "Ada && Co (personal)", "Use the default model",
                             "Compare models…", "Models…"]
    assert offered["Wren S (English)"].isChecked() and not offered["Use the default model"].isEnabled()
    offered["Ada && Co (personal)"].trigger()
    assert store.conversation(controller.conversation.id).model_id == "ada" and engine.loaded[-1] == "ada"
    assert settings.model_id == "wren-en-s", "the default stays"
    offered = entries()
    assert offered["Ada && Co (personal)"].isChecked()
    offered["Use the default model"].trigger()
    assert store.conversation(controller.conversation.id).model_id is None and engine.loaded[-1] == "wren-en-s"
    wanted = Heard(window.models_wanted)
    entries()["Models…"].trigger()
    assert wanted.values == [[]]
    window.close()


def test_replies_keep_the_names_of_the_models_that_wrote_them(qtbot: object, plain_looks: object, store: FakeStore,
                                                              settings: Settings, engine: FakeEngineHandle) -> None:
    window = MainWindow(store, engine, settings, installed=TwoModels())
    qtbot.addWidget(window)
    window.show()
    window.start()
    engine.summary = lambda model_id: next((m for m in TwoModels().all() if m.id == model_id), TwoModels().all()[0])
    controller = window.controller
    for model_id in ("ada", "wren-en-s"):
        controller.choose_model(model_id)
        assert controller.send("Hello")
        engine.finish("Hi")
    names = [controller.model.author(row.message) for row in controller.model.rows]
    assert names == ["You", "Ada & Co", "You", "Wren"]
    window.close()


# ---- strange text in the field ----

@pytest.mark.parametrize("text", ["x" * 1_000_000, "word " * 200_000, "line\n" * 200_000])
def test_a_megabyte_can_be_pasted_and_sent(window: MainWindow, engine: FakeEngineHandle, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    started = time.process_time()
    window.composer.field.paste()
    assert window.composer.text == text
    QTest.keyClick(window.composer.field, ENTER)
    QTest.qWait(0)
    assert time.process_time() - started < 5.0
    assert engine.requests[0].turns[0].text == text and window.composer.text == ""
    assert window.height() < 2000, "the field grows to eight lines, not more"
    engine.finish("That was a lot.")


@pytest.mark.parametrize("text", ["\U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467", "a\u200bb", "שלום",
                                  "<b>x</b>", "a\u0301\u0302\u0303"])
def test_strange_text_is_typed_and_shown(window: MainWindow, engine: FakeEngineHandle, text: str) -> None:
    window.composer.insert(text)
    QTest.keyClick(window.composer.field, ENTER)
    engine.finish(text)
    assert texts(window) == [text, text]
    window.transcript.view.viewport().grab()


def test_a_lone_surrogate_from_the_clipboard_does_no_harm(window: MainWindow, engine: FakeEngineHandle) -> None:
    window.on_submitted("half \ud83d pair")
    engine.finish("ok")
    assert texts(window)[0] == "half \ufffd pair"
    window.transcript.view.viewport().grab()


@pytest.mark.parametrize("blank", [" ", "\n\n", "\u200b"])
def test_blank_text_cannot_be_sent(window: MainWindow, engine: FakeEngineHandle, blank: str) -> None:
    window.composer.insert(blank)
    assert not window.composer.button.isEnabled()
    QTest.keyClick(window.composer.field, ENTER)
    assert engine.requests == [] and window.composer.text == blank


# ---- the start ----

START = """
import sys, time
started = time.perf_counter()
from PySide6.QtWidgets import QApplication
from chatbot.ui.main_window import MainWindow
from chatbot.settings import Settings
heavy = [name for name in ("torch", "pyqtgraph", "sentencepiece", "chatbot.ui.preferences_dialog",
                           "chatbot.ui.settings_panel") if name in sys.modules]
assert not heavy, heavy
"""


def test_importing_the_window_brings_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, timeout=60,
                          cwd=Path(__file__).parents[2])
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("percent", [75, 100, 175, 250])
def test_the_greeting_fits_at_every_zoom(window: MainWindow, settings: Settings, qtbot: object, percent: int) -> None:
    window.resize(1280, 800)
    settings.zoom_percent = percent
    window.zoom.changed.emit(percent)
    qtbot.wait(20)
    empty = window.transcript.empty
    shown = [button for button in empty.suggestions if button.isVisible()]
    assert window.width() == 1280, "the greeting does not widen the window"
    for button in shown:
        assert button.width() >= button.sizeHint().width() and button.geometry().bottom() <= empty.height()
    for number, button in enumerate(shown):
        assert not any(button.geometry().intersects(other.geometry()) for other in shown[number + 1:])
    assert empty._title.font().pointSizeF() > 1.3 * empty.font().pointSizeF()
    assert len(shown) == 4 or percent > 100
    assert window.panel.minimumWidth() >= 9 * window.fontMetrics().height()
    window.zoom.reset()
    window.zoom.changed.emit(100)


def test_the_transcript_shows_no_scroll_handle_when_everything_fits(window: MainWindow, engine: FakeEngineHandle,
                                                                    qtbot: object) -> None:
    window.on_submitted("Hello")
    engine.finish("Hi")
    bar = window.transcript.view.verticalScrollBar()
    qtbot.waitUntil(lambda: not bar.isEnabled(), timeout=1000)
    assert len({bar.grab().toImage().pixel(bar.width() // 2, y) for y in range(bar.height())}) == 1, "an empty groove"
    window.on_submitted("long " * 2000)
    engine.finish("Hi")
    qtbot.waitUntil(bar.isEnabled, timeout=1000)
    assert len({bar.grab().toImage().pixel(bar.width() // 2, y) for y in range(bar.height())}) > 1


def test_the_picture_of_the_next_token_follows_the_conversation(window: MainWindow, engine: FakeEngineHandle,
                                                                qtbot: object) -> None:
    window.menus.actions["toggle_settings_panel"].trigger()
    qtbot.waitUntil(lambda: bool(engine.distribution_requests), timeout=2000)
    window.on_submitted("Hello")
    engine.finish("Hi")
    qtbot.waitUntil(lambda: engine.distribution_requests[-1].state is not None
                    or [turn.text for turn in engine.distribution_requests[-1].turns] == ["Hello"], timeout=2000)
    window.controller.new_conversation()
    qtbot.waitUntil(lambda: engine.distribution_requests[-1].state is None
                    and engine.distribution_requests[-1].turns == (), timeout=2000)
