"""The live picture of the next token, and its list."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from chatbot.core.replies import Distribution, TokenChance
from chatbot.ui import distribution_view, theme
from chatbot.ui.distribution_view import SHOWN_TOKENS, DistributionView, cut_share, percent, shown_token
from chatbot.ui.throttle import Throttle
from tests.ui.plain_looks import nameless, plain_looks  # noqa: F401 - a fixture

pytestmark = pytest.mark.usefixtures("plain_looks")
CHANCES = tuple(TokenChance(f" word{number}", 0.3 / (number + 1), 0.4 / (number + 1) if number < 8 else 0.0)
                for number in range(20))
DISTRIBUTION = Distribution(1, CHANCES, 0.05, 2.5, 4.25, 0.21)


@pytest.fixture
def view(qtbot: object) -> DistributionView:
    view = DistributionView()
    qtbot.addWidget(view)
    view.adapt_to_font()
    view.resize(340, 400)
    view.show()
    qtbot.waitExposed(view)
    return view


def listed(view: DistributionView) -> list[tuple[str, str, str]]:
    """What the list shows."""
    return [tuple(view.table.item(row, column).text() for column in range(3)) for row in range(view.table.rowCount())]


@pytest.mark.parametrize(("token", "shown"), [
    (" the", "the"), ("ing", "ing"), (" ", "\u2423"), ("\n", "\u21b5"), ("\n\n", "\u21b5\u21b5"), ("\t", "\u21e5"),
    ("", "\u2205"), ("a\nb", "a\u21b5b"), ("\x00", "\ufffd"), ("a\u202eb", "a\ufffdb"),
    ("\u23ce", "end of reply"), (" \u4f60\u597d", "\u4f60\u597d"), ("<b>", "<b>"),
])
def test_tokens_are_shown_as_people_read_them(token: str, shown: str) -> None:
    assert shown_token(token) == shown


@pytest.mark.parametrize(("share", "shown"), [
    (0.0, "0 %"), (-0.1, "0 %"), (1e-9, "< 0.1 %"), (0.00099, "< 0.1 %"), (0.001, "0.1 %"), (0.0346, "3.5 %"),
    (0.0994, "9.9 %"), (0.0996, "10 %"), (0.5, "50 %"), (1.0, "100 %"),
])
def test_probabilities_are_never_rounded_to_nothing(share: float, shown: str) -> None:
    assert percent(share) == shown


def test_the_mass_cut_away_is_the_engines_word_or_what_can_be_seen() -> None:
    assert cut_share(DISTRIBUTION) == 0.21
    unsaid = Distribution(1, CHANCES, 0.05, 2.5)
    assert cut_share(unsaid) == pytest.approx(sum(chance.base for chance in CHANCES[8:]))


def test_nothing_to_show_says_when_there_will_be(view: DistributionView) -> None:
    assert view.empty.isVisible() and "model is ready" in view.empty.text()
    view.show_distribution(DISTRIBUTION)
    view.show_distribution(None)
    assert view.empty.isVisible() and not view.numbers.isVisible()


def test_entropy_and_cut_mass_are_said(view: DistributionView) -> None:
    view.show_distribution(DISTRIBUTION)
    assert view.numbers.text() == "Entropy 2.50 bits (was 4.25) \u00b7 21 % cut"
    view.show_distribution(Distribution(1, CHANCES[:8], 0.05, 1.0))
    assert view.numbers.text() == "Entropy 1.00 bits \u00b7 0 % cut"


def test_the_list_stands_in_until_the_library_is_there_and_then_the_picture(qtbot: object,
                                                                            view: DistributionView) -> None:
    view.show_distribution(DISTRIBUTION)
    if view._plot is None:
        assert view.table.isVisible() and len(listed(view)) == SHOWN_TOKENS
    qtbot.waitUntil(lambda: view._plot is not None, timeout=15_000)
    assert view._plot.isVisible() and not view.table.isVisible()
    widths = list(view._plot._shaped.opts["width"])
    assert widths == [chance.shaped for chance in CHANCES[:SHOWN_TOKENS]]
    assert list(view._plot._base.opts["width"]) == [chance.base for chance in CHANCES[:SHOWN_TOKENS]]
    assert "word0: 40 %, without settings 30 %" in view._plot.accessibleDescription()
    view.list_button.click()
    assert view.table.isVisible() and listed(view)[0] == ("word0", "30 %", "40 %")
    assert listed(view)[9] == ("word9", "3.0 %", "0 %")
    assert nameless(view) == []


def test_the_picture_follows_and_takes_the_colours_of_the_theme(qapp: QApplication, qtbot: object,
                                                                view: DistributionView) -> None:
    view.show_distribution(DISTRIBUTION)
    qtbot.waitUntil(lambda: view._plot is not None, timeout=15_000)
    view.show_distribution(Distribution(2, (TokenChance("only", 0.2, 1.0),), 0.0, 0.0, 3.0, 0.8))
    assert list(view._plot._shaped.opts["width"]) == [1.0]
    for scheme in ("dark", "light"):
        theme.apply_theme(qapp, scheme, 125)
        view.adapt_to_font()
        view.show_distribution(Distribution(2, (TokenChance("only", 0.2, 1.0),), 0.0, 0.0, 3.0, 0.8))
        picture = view._plot.grab().toImage()
        colours = {picture.pixelColor(x, y).name() for x in range(0, picture.width(), 3)
                   for y in range(0, picture.height(), 3)}
        assert {theme.colours().accent.name(), theme.colours().window.name()} <= colours


def test_without_the_library_the_list_stays(qtbot: object, view: DistributionView,
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_name: str) -> None:
        raise ImportError("no pyqtgraph here")
    monkeypatch.setattr(distribution_view.importlib, "import_module", missing)
    with qtbot.waitSignal(view._library.ready):
        view.show_distribution(DISTRIBUTION)
    assert view._plot is None and view.table.isVisible()


def test_closing_it_saves_the_work(qtbot: object, view: DistributionView) -> None:
    with qtbot.waitSignal(view.shown_changed):
        view.fold_button.click()
    assert not view.is_shown and not view._body.isVisible()
    view.show_distribution(DISTRIBUTION)
    assert view._library._thread is None, "nothing is imported for a closed picture"
    with qtbot.waitSignal(view.shown_changed):
        view.fold_button.click()
    assert view._body.isVisible() and view._library._thread is not None
    qtbot.waitUntil(lambda: view._plot is not None, timeout=15_000)


def test_fewer_or_no_tokens_are_no_trouble(qtbot: object, view: DistributionView) -> None:
    view.show_distribution(DISTRIBUTION)
    qtbot.waitUntil(lambda: view._plot is not None, timeout=15_000)
    for distribution in (Distribution(1, (), 1.0, 0.0), Distribution(1, (TokenChance("x" * 500, 1.0, 1.0),), 0, 0)):
        view.show_distribution(distribution)
        view.list_button.click()
        assert view.table.rowCount() == len(distribution.chances)
        view.list_button.click()


START = """
import sys
from PySide6.QtWidgets import QApplication
app = QApplication([])
from chatbot.ui.settings_panel import SettingsPanel
panel = SettingsPanel()
panel.show()
heavy = {"pyqtgraph", "numpy", "torch"} & set(sys.modules)
assert not heavy, heavy
"""


def test_the_panel_starts_without_the_plotting_library() -> None:
    done = subprocess.run([sys.executable, "-c", START], cwd=Path(__file__).parents[2], capture_output=True, text=True,
                          timeout=60)
    assert done.returncode == 0, done.stderr


# ---- the throttle ----

def test_a_single_request_is_let_through_at_once(qtbot: object) -> None:
    throttle, due = Throttle(30), []
    throttle.due.connect(lambda: due.append(1))
    throttle.request()
    assert due == [1] and not throttle.is_waiting
    qtbot.wait(50)
    assert due == [1]


def test_a_burst_becomes_two(qtbot: object) -> None:
    throttle, due = Throttle(30), []
    throttle.due.connect(lambda: due.append(1))
    for _ in range(100):
        throttle.request()
    assert due == [1] and throttle.is_waiting
    qtbot.waitUntil(lambda: not throttle.is_waiting)
    qtbot.wait(50)
    assert due == [1, 1]


def test_steady_requests_keep_the_rate(qtbot: object) -> None:
    throttle, due, sent = Throttle(33), [], []
    throttle.due.connect(lambda: due.append(1))

    class Sender(QObject):
        def send(self) -> None:
            sent.append(1)
            throttle.request()
    sender, timer = Sender(), QTimer()
    timer.timeout.connect(sender.send)
    timer.start(2)
    qtbot.wait(330)
    timer.stop()
    assert len(sent) > len(due) and 3 <= len(due) <= 12


def test_what_waits_can_be_forgotten_or_hurried(qtbot: object) -> None:
    throttle, due = Throttle(30), []
    throttle.due.connect(lambda: due.append(1))
    throttle.request()
    throttle.request()
    throttle.cancel()
    qtbot.wait(50)
    assert due == [1]
    throttle.request()
    throttle.request()
    throttle.flush()
    assert due == [1, 1, 1]
