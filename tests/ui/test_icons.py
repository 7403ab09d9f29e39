"""Icons take the palette's colours, exist for every action, and change with the theme."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage
from PySide6.QtWidgets import QApplication, QPushButton

from chatbot.paths import resource
from chatbot.ui import icons, theme
from chatbot.ui.shortcuts import ACTIONS
from tests.ui.plain_looks import plain_looks  # noqa: F401 - a fixture

NAMES = sorted(path.stem for path in resource("icons").glob("*.svg"))
SOURCES = Path(icons.__file__).parent


def ink(image: QImage) -> set[str]:
    """Colours of the pixels that are fully painted."""
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
            if image.pixelColor(x, y).alpha() == 255}


@pytest.mark.parametrize("name", [name for name in NAMES if name != "app"])
def test_a_drawing_has_one_colour_and_is_not_empty(qapp: QApplication, name: str) -> None:
    assert ink(icons.pixmap(name, QColor("#123456"), 64).toImage()) == {"#123456"}


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_stays_within_its_frame(qapp: QApplication, name: str) -> None:
    image = icons.pixmap(name, QColor("#000000"), 96).toImage()
    edge = [image.pixelColor(at, side).alpha() for at in range(96) for side in (0, 95)]
    edge += [image.pixelColor(side, at).alpha() for at in range(96) for side in (0, 95)]
    assert max(edge) == 0


def test_drawings_can_do_nothing_but_be_drawn() -> None:
    for name in NAMES:
        text = resource(f"icons/{name}.svg").read_text(encoding="utf-8")
        assert not re.search(r"<script|<image|href|@import|<style|on\w+=", text), name
        assert len(text) < 4000


def test_every_action_and_every_use_has_its_drawing() -> None:
    used = {spec.icon for spec in ACTIONS if spec.icon}
    for source in SOURCES.rglob("*.py"):
        used |= set(re.findall(r'icons\.(?:icon|pixmap)\(\s*"([\w-]+)"', source.read_text(encoding="utf-8")))
        used |= set(re.findall(r'icons\.assign\([^,()]+,\s*"([\w-]+)"', source.read_text(encoding="utf-8")))
    assert used - set(NAMES) == set()


@pytest.mark.usefixtures("plain_looks")
class TestInTheWindow:
    """Icons on buttons."""

    def test_an_icon_is_made_once_per_colour(self, qapp: QApplication) -> None:
        first = icons.icon("send")
        assert icons.icon("send").cacheKey() == first.cacheKey()
        theme.apply_theme(qapp, "dark", 100)
        assert icons.icon("send").cacheKey() != first.cacheKey()

    def test_a_button_gets_the_colours_of_the_theme(self, qapp: QApplication, qtbot: object) -> None:
        button = QPushButton()
        qtbot.addWidget(button)
        icons.assign(button, "send")
        for scheme in ("dark", "light"):
            theme.apply_theme(qapp, scheme, 100)
            shown = ink(button.icon().pixmap(QSize(48, 48)).toImage())
            assert shown == {theme.colours().text.name()}
            faded = ink(button.icon().pixmap(QSize(48, 48), QIcon.Mode.Disabled).toImage())
            assert faded == {theme.colours().disabled_text.name()}

    def test_icons_grow_with_the_zoom(self, qapp: QApplication, qtbot: object) -> None:
        button = QPushButton()
        qtbot.addWidget(button)
        icons.assign(button, "send")
        plain = button.iconSize().width()
        theme.apply_theme(qapp, "light", 200)
        assert button.iconSize().width() == 2 * plain

    def test_a_button_that_is_gone_is_forgotten(self, qapp: QApplication, qtbot: object) -> None:
        button = QPushButton()
        icons.assign(button, "send")
        button.deleteLater()
        qtbot.wait(1)
        theme.apply_theme(qapp, "dark", 100)

    def test_a_wrong_name_is_our_mistake(self) -> None:
        with pytest.raises(FileNotFoundError):
            icons.icon("no-such-icon")

    def test_the_program_has_an_icon_of_its_own(self) -> None:
        assert {size.width() for size in icons.application_icon().availableSizes()} >= {16, 32, 64, 256}
