"""Palettes, colours, zoom and the style sheet."""

from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QSlider, QStyle, QStyleOptionSlider

from chatbot.ui import fonts, theme
from chatbot.ui.stylesheet import stylesheet
from tests.ui.plain_looks import plain_looks  # noqa: F401 - a fixture

GROUNDS = ("window", "surface", "raised", "user_bubble", "bot_bubble", "accent_tint")
INKS = ("text", "muted_text", "link", "danger", "warning", "success")


def test_contrast_is_measured_as_wcag_does() -> None:
    assert theme.contrast(QColor("black"), QColor("white")) == pytest.approx(21)
    assert theme.contrast(QColor("white"), QColor("white")) == pytest.approx(1)
    assert theme.contrast(QColor("#777777"), QColor("white")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("ink", INKS)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(scheme: str, ground: str, ink: str) -> None:
    colours = theme.Colours.from_palette(theme.palette_for(scheme))
    assert theme.contrast(getattr(colours, ground), getattr(colours, ink)) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_marks_and_selections_can_be_seen(scheme: str) -> None:
    colours = theme.Colours.from_palette(theme.palette_for(scheme))
    assert theme.contrast(colours.accent, colours.accent_text) >= 4.5
    assert theme.contrast(colours.selection, colours.selection_text) >= 4.5
    assert theme.contrast(colours.user_bubble_text, colours.user_bubble) >= 4.5
    for ground in ("window", "surface", "raised"):
        assert theme.contrast(colours.accent, getattr(colours, ground)) >= 3.0
    assert colours.is_dark == (scheme == "dark")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_pair_of_palette_roles_can_be_read(scheme: str) -> None:
    palette, role = theme.palette_for(scheme), QPalette.ColorRole
    for ground, ink in ((role.Window, role.WindowText), (role.Base, role.Text), (role.Button, role.ButtonText),
                        (role.ToolTipBase, role.ToolTipText), (role.AlternateBase, role.Text),
                        (role.Base, role.PlaceholderText), (role.Highlight, role.HighlightedText),
                        (role.Base, role.Link)):
        assert theme.contrast(palette.color(ground), palette.color(ink)) >= 4.5, (ground, ink)


@pytest.mark.usefixtures("plain_looks")
class TestApplying:
    """What ``apply_theme`` does to the application."""

    def test_light_and_dark_are_shown(self, qapp: QApplication) -> None:
        theme.apply_theme(qapp, "dark", 100)
        assert theme.colours().is_dark and theme.watcher().is_dark
        theme.apply_theme(qapp, "light", 100)
        assert not theme.colours().is_dark and not theme.watcher().is_dark

    def test_system_follows_the_desktop(self, qapp: QApplication) -> None:
        theme.apply_theme(qapp, "system", 100)
        wanted = qapp.styleHints().colorScheme().name == "Dark"
        assert theme.colours().is_dark == wanted

    def test_zoom_scales_text_and_lengths_and_does_not_add_up(self, qapp: QApplication) -> None:
        theme.apply_theme(qapp, "light", 100)
        plain = qapp.font().pointSizeF()
        for _ in range(3):
            theme.apply_theme(qapp, "light", 250)
        assert qapp.font().pointSizeF() == pytest.approx(plain * 2.5)
        assert theme.scaled(10) == 25
        theme.apply_theme(qapp, "light", 75)
        assert qapp.font().pointSizeF() == pytest.approx(plain * 0.75)
        assert theme.scaled(0.4) == 1, "a line never vanishes"

    @pytest.mark.parametrize(("wanted", "shown"), [(10, 75), (9000, 250), (75, 75), (250, 250)])
    def test_zoom_stays_within_bounds(self, qapp: QApplication, wanted: int, shown: int) -> None:
        theme.apply_theme(qapp, "light", wanted)
        assert theme.watcher().zoom_percent == shown

    def test_painted_things_are_told(self, qapp: QApplication, qtbot: object) -> None:
        with qtbot.waitSignal(theme.watcher().theme_changed):
            theme.apply_theme(qapp, "dark", 110)

    def test_there_is_one_watcher(self) -> None:
        assert theme.watcher() is theme.watcher()

    @pytest.mark.parametrize("zoom", [75, 90, 100, 110, 125, 150, 175, 200, 250])
    def test_the_knob_of_a_slider_is_round(self, qapp: QApplication, qtbot: object, zoom: int) -> None:
        theme.apply_theme(qapp, "light", zoom)
        slider = QSlider()
        qtbot.addWidget(slider)
        slider.setOrientation(slider.orientation().Horizontal)
        slider.resize(300, 60)
        slider.show()
        option = QStyleOptionSlider()
        slider.initStyleOption(option)
        knob = slider.style().subControlRect(QStyle.ComplexControl.CC_Slider, option,
                                             QStyle.SubControl.SC_SliderHandle, slider)
        radius = int(re.search(r"border-radius: (\d+)px; background: \S+\s+border: 1px solid",
                               qapp.styleSheet()[qapp.styleSheet().index("QSlider::handle"):])[1])
        assert knob.width() == knob.height() and 2 * radius <= knob.width()


@pytest.mark.parametrize("zoom", [0.75, 1.0, 2.5])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_style_sheet_is_complete(qapp: QApplication, scheme: str, zoom: float) -> None:
    sheet = stylesheet(theme.Colours.from_palette(theme.palette_for(scheme)), zoom)
    assert "@" not in sheet and sheet.count("{") == sheet.count("}")
    for path in re.findall(r'url\("([^"]+)"\)', sheet):
        assert path.endswith(".svg")


def test_the_application_font_falls_back_to_chinese_and_emoji(qapp: QApplication) -> None:
    from PySide6.QtGui import QFontDatabase
    installed = set(QFontDatabase.families())
    families = fonts.application_font(qapp.font(), "", 100).families()
    for wanted in (fonts.CHINESE_FAMILIES, fonts.EMOJI_FAMILIES):
        there = [family for family in wanted if family in installed]
        assert [family for family in families if family in wanted] == there
    assert set(families[1:]) <= installed, "a family that is not there would cost a look-up for each text"


def test_an_unknown_font_is_passed_over(qapp: QApplication) -> None:
    assert "No Such Font" not in fonts.application_font(qapp.font(), "No Such Font", 100).families()


def test_coverage_names_what_to_install(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    for each in fonts.coverage():
        assert each.is_present == (each.advice == "")
    monkeypatch.setattr(fonts.QFontDatabase, "families", lambda *_: [])
    missing = {each.script: each for each in fonts.coverage()}
    assert "fonts-noto-cjk" in missing["Simplified Chinese"].advice and missing["Simplified Chinese"].is_expected
    assert "emoji" in missing["Emoji"].advice and not missing["Emoji"].is_present
