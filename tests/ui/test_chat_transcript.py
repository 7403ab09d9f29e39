"""The transcript: scroll rule, cost of a piece, selection, languages, looks."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from chatbot.core.messages import MessageStatus
from chatbot.ui import message_actions, theme
from chatbot.ui.chat_model import MAX_ROWS, ChatModel
from chatbot.ui.main_window import MainWindow
from chatbot.ui.message_text import SHOWN_CHARACTERS, SHOWN_LINES, is_blank, shown_part
from chatbot.ui.transcript_pane import TranscriptPane
from chatbot.ui.transcript_view import TranscriptView
from tests.fakes.fake_engine_handle import FakeEngineHandle
from tests.fakes.fake_store import FakeStore
from tests.ui.chat_parts import (  # noqa: F401 - fixtures
    Heard, engine, fill_long, make_window, settings, store, talking, talks, window)
from tests.ui.plain_looks import plain_looks  # noqa: F401 - fixtures
from tests.ui.transcript_parts import messages, model_of, pane, settle  # noqa: F401 - fixtures

PIECE_LIMIT_MS = 8.0


# ---- cost ----

def test_a_streamed_piece_costs_less_than_eight_milliseconds_in_a_full_window(pane: TranscriptPane) -> None:
    model, view = model_of(pane), pane.view
    text, costs = "It", []
    for number in range(40):
        text += f" piece{number}"
        started = time.process_time()
        model.set_text(MAX_ROWS, text)
        settle_once(view)
        costs.append(1000 * (time.process_time() - started))
    print(f"one piece in {MAX_ROWS} rows: median {statistics.median(costs):.2f} ms, most {max(costs):.2f} ms")
    assert statistics.median(costs) < PIECE_LIMIT_MS
    assert model.rows[-1].message.text.endswith("piece39")


def settle_once(view: TranscriptView) -> None:
    """Layout and painting, as the event loop would do them after one piece."""
    view.doItemsLayout()
    view.viewport().repaint()


# ---- the scroll rule ----

def at_end(view: TranscriptView) -> bool:
    return view.verticalScrollBar().value() == view.verticalScrollBar().maximum()


def stream(pane: TranscriptPane, pieces: int = 20) -> None:
    text = model_of(pane).rows[-1].message.text
    for number in range(pieces):
        text += f"\nline {number}"
        model_of(pane).set_text(MAX_ROWS, text)
        settle(pane.view)


def test_the_view_follows_while_the_user_is_at_the_end(pane: TranscriptPane) -> None:
    assert at_end(pane.view) and pane.view.scrolling.is_following
    before = pane.view.verticalScrollBar().maximum()
    stream(pane)
    assert pane.view.verticalScrollBar().maximum() > before and at_end(pane.view)
    assert not pane.jump_button.isVisible()


def first_visible(view: TranscriptView) -> tuple[int, int]:
    """(message id, its top) of the first row in sight."""
    index = view.indexAt(QPoint(200, 0))
    return model_row(view, index.row()), view.visualRect(index).top()


def model_row(view: TranscriptView, number: int) -> int:
    return view.model().row(number).message.id


def turn_wheel(view: TranscriptView, steps: int) -> None:
    centre = view.viewport().rect().center()
    event = QWheelEvent(QPointF(centre), QPointF(view.viewport().mapToGlobal(centre)), QPoint(0, 0),
                        QPoint(0, 120 * steps), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
                        Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(view.viewport(), event)


def test_one_turn_of_the_wheel_stops_following_and_new_text_is_announced_by_a_button(pane: TranscriptPane) -> None:
    turn_wheel(pane.view, 1)
    settle(pane.view)
    assert not pane.view.scrolling.is_following and pane.jump_button.isVisible()
    assert pane.jump_button.text() == "To the end"
    place = first_visible(pane.view)
    stream(pane)
    assert first_visible(pane.view) == place, "the text grows out of sight, the page stands still"
    assert pane.jump_button.text() == "New text"
    wanted = Heard(pane.end_wanted)
    QTest.mouseClick(pane.jump_button, Qt.MouseButton.LeftButton)
    assert len(wanted.values) == 1
    pane.view.scrolling.go_to_end()
    settle(pane.view)
    assert at_end(pane.view) and not pane.jump_button.isVisible()
    stream(pane, 3)
    assert at_end(pane.view)


def test_finishing_never_moves_the_view(pane: TranscriptPane) -> None:
    model, view = model_of(pane), pane.view
    stream(pane)
    turn_wheel(view, 2)
    settle(view)
    place = first_visible(view)
    model.replace(replace(model.rows[-1].message, status=MessageStatus.COMPLETE))
    settle(view)
    assert first_visible(view) == place
    view.scrolling.go_to_end()
    settle(view)
    value = view.verticalScrollBar().value()
    model.replace(replace(model.rows[-1].message, status=MessageStatus.COMPLETE, rating=1))
    settle(view)
    assert view.verticalScrollBar().value() == value


def test_scrolling_back_to_the_end_follows_again(pane: TranscriptPane) -> None:
    turn_wheel(pane.view, 2)
    pane.view.verticalScrollBar().setValue(pane.view.verticalScrollBar().maximum())
    assert pane.view.scrolling.is_following
    stream(pane, 5)
    assert at_end(pane.view)


def test_page_up_stops_following(pane: TranscriptPane) -> None:
    pane.view.setFocus()
    QTest.keyClick(pane.view, Qt.Key.Key_PageUp)
    assert not pane.view.scrolling.is_following
    QTest.keyClick(pane.view, Qt.Key.Key_PageDown)
    QTest.keyClick(pane.view, Qt.Key.Key_PageDown)
    assert pane.view.scrolling.is_following


def test_resizing_keeps_the_place_one_reads(pane: TranscriptPane) -> None:
    pane.view.verticalScrollBar().setValue(pane.view.verticalScrollBar().maximum() // 2)
    settle(pane.view)
    message_id, _ = first_visible(pane.view)
    pane.resize(420, 500)
    settle(pane.view)
    assert first_visible(pane.view)[0] == message_id
    pane.view.scrolling.go_to_end()
    pane.resize(900, 640)
    settle(pane.view)
    assert at_end(pane.view)


def test_earlier_messages_come_in_above_without_a_jump(qtbot: object, plain_looks: object, store: FakeStore,
                                                       engine: FakeEngineHandle, settings: object) -> None:
    conversation_id, ids = fill_long(store, 260)
    window = make_window(qtbot, store, engine, settings)
    view, model = window.transcript.view, window.controller.model
    settle(view)
    view.verticalScrollBar().setValue(30)
    settle(view)
    top = first_visible(view)
    view.verticalScrollBar().setValue(0)
    qtbot.waitUntil(lambda: len(model.rows) > 100, timeout=2000)
    settle(view)
    assert first_visible(view)[0] == ids[160] == top[0], "the row that was at the top is still there"
    assert view.verticalScrollBar().value() > 0
    assert window.controller.conversation.id == conversation_id
    window.close()


# ---- text as it was typed ----

MARKUP = "<b>bold</b> **stars** <img src='http://example.org/x.png'> [link](http://example.org) &amp;"


def test_markup_is_shown_exactly_as_typed(pane: TranscriptPane) -> None:
    model = model_of(pane)
    model.replace(replace(model.rows[-1].message, text=MARKUP, status=MessageStatus.COMPLETE))
    layout = pane.view.delegate.layout_of(MAX_ROWS - 1, 700)
    assert layout.document.toPlainText() == MARKUP
    html = layout.document.toHtml().partition("<body")[2]
    assert "<img" not in html and "<a " not in html and "<b>" not in html
    pane.view.read(MAX_ROWS)
    assert pane.view.overlays.reader.toPlainText() == MARKUP


def test_right_to_left_text_is_laid_out_from_the_right(pane: TranscriptPane) -> None:
    model = model_of(pane)
    bot = model.rows[-1].message
    model.replace(replace(bot, text="שלום, מה שלומך היום?", status=MessageStatus.COMPLETE))
    layout = pane.view.delegate.layout_of(MAX_ROWS - 1, 700)
    block = layout.document.firstBlock()
    assert block.textDirection() == Qt.LayoutDirection.RightToLeft
    line = block.layout().lineAt(0)
    assert line.naturalTextRect().right() >= layout.text.width() - 2, "the line ends at the right edge"
    model.replace(replace(bot, text="Hello there", status=MessageStatus.COMPLETE))
    line = pane.view.delegate.layout_of(MAX_ROWS - 1, 700).document.firstBlock().layout().lineAt(0)
    assert line.naturalTextRect().left() <= 2


@pytest.mark.parametrize("text", ["x" * 1_000_000, "word " * 200_000, "\n" * 100_000, "a\u0301" * 50_000,
                                  "\U0001f468\u200d\U0001f469" * 30_000])
def test_a_megabyte_is_cut_and_can_be_opened_whole(pane: TranscriptPane, text: str) -> None:
    model = model_of(pane)
    started = time.process_time()
    model.replace(replace(model.rows[-1].message, text=text, status=MessageStatus.COMPLETE))
    settle(pane.view)
    assert time.process_time() - started < 1.0
    assert message_actions.SHOW_WHOLE in pane.view.actions_of(MAX_ROWS)
    layout = pane.view.delegate.layout_of(MAX_ROWS - 1, 700)
    assert layout.is_cut and layout.note_text == "Show the whole message"


def test_what_is_shown_of_a_long_text() -> None:
    assert shown_part("short") == ("short", False)
    cut, was_cut = shown_part("x" * (SHOWN_CHARACTERS + 1))
    assert was_cut and len(cut) == SHOWN_CHARACTERS
    cut, was_cut = shown_part("a\n" * (SHOWN_LINES + 5))
    assert was_cut and cut.count("\n") == SHOWN_LINES - 1
    assert shown_part("a\n" * (SHOWN_LINES - 1)) == ("a\n" * (SHOWN_LINES - 1), False)


@pytest.mark.parametrize(("text", "expected"), [("", True), (" \n", True), ("\u200b\u200c", True), ("\ud800", True),
                                                ("a", False), ("\u200ba", False), (".", False), ("\U0001f600", False),
                                                ("\u0301", True), ("漢", False)])
def test_blank_means_nothing_to_see(text: str, expected: bool) -> None:
    assert is_blank(text) is expected


# ---- looks ----

@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("zoom", [75, 100, 250])
def test_rows_are_painted_readably_in_every_theme_and_size(qtbot: object, talking: MainWindow, scheme: str,
                                                           zoom: int) -> None:
    theme.apply_theme(QApplication.instance(), scheme, zoom)
    view = talking.transcript.view
    settle(view)
    colours = theme.colours()
    index = view.model().index(view.model().rowCount() - 1)
    view.scrollTo(index)
    layout, origin = view.place_of(index)
    image = QImage(view.viewport().size(), QImage.Format.Format_RGB32)
    image.fill(colours.window)
    painter = QPainter(image)
    view.viewport().render(painter, QPoint(), renderFlags=view.RenderFlag.DrawChildren)
    painter.end()
    area = layout.text.translated(origin)
    seen = {image.pixelColor(x, y).name() for x in range(max(0, area.left()), min(area.right(), image.width()))
            for y in range(max(0, area.top()), min(area.bottom(), image.height()))}
    best = max(theme.contrast(QColor(name), colours.window) for name in seen)
    assert best >= 4.5, f"the text is not readable: {best:.1f}"
    assert layout.text.height() >= view.fontMetrics().height()


def test_heights_grow_with_the_zoom(talking: MainWindow) -> None:
    view = talking.transcript.view
    heights = []
    for zoom in (75, 100, 175, 250):
        theme.apply_theme(QApplication.instance(), "light", zoom)
        settle(view)
        heights.append(view.visualRect(view.model().index(0)).height())
    assert heights == sorted(heights) and heights[-1] > 2 * heights[0]


def test_lines_are_not_longer_than_can_be_read(qtbot: object, pane: TranscriptPane) -> None:
    pane.resize(2400, 600)
    settle(pane.view)
    text = "the reader follows a line of ordinary words without losing the next one and so on " * 4
    model_of(pane).replace(replace(model_of(pane).rows[-1].message, text=text, status=MessageStatus.COMPLETE))
    block = pane.view.delegate.layout_of(MAX_ROWS - 1, 2380).document.firstBlock().layout()
    longest = max(block.lineAt(i).textLength() for i in range(block.lineCount()))
    assert 60 <= longest <= 90


def test_day_separators_stand_between_days_only(pane: TranscriptPane) -> None:
    start = time.mktime((2026, 3, 1, 23, 59, 0, 0, 0, -1))
    model_of(pane).show(messages(4, start), has_earlier=False)
    assert [row.starts_day for row in model_of(pane).rows] == [True, False, True, False]


def test_the_model_keeps_qts_rules(qtmodeltester: object, qtbot: object) -> None:
    model = ChatModel()
    qtmodeltester.check(model)
    with qtbot.waitSignal(model.modelReset):
        model.show(messages(3), has_earlier=True)
    with qtbot.waitSignal(model.rowsInserted):
        model.append([replace(message, id=message.id + 100) for message in messages(2)])
    with qtbot.waitSignal(model.rowsInserted):
        model.prepend([replace(messages(1)[0], id=99)], has_earlier=False)
    with qtbot.waitSignal(model.rowsRemoved):
        model.truncate(2)
    assert [row.message.id for row in model.rows] == [99, 1]


def test_a_bigger_font_alone_is_measured_anew(pane: TranscriptPane) -> None:
    view = pane.view
    before = view.visualRect(view.model().index(0)).height()
    font = QFont(view.font())
    font.setPointSizeF(font.pointSizeF() * 2)
    view.setFont(font)
    settle(view)
    assert view.visualRect(view.model().index(0)).height() > 1.5 * before
