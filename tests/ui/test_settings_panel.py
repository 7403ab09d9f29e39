"""The panel of reply settings: every option, by mouse and keyboard, and what it tells the window."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from chatbot.core.presets import PRESETS, PRESETS_BY_ID, matching_preset
from chatbot.core.sampling import NEUTRAL, OPTIONS, OPTIONS_BY_NAME, Sampling
from chatbot.ui import theme
from chatbot.ui.option_row import OptionRow
from chatbot.ui.settings_panel import GROUPS, SettingsPanel
from tests.ui.plain_looks import nameless, plain_looks  # noqa: F401 - a fixture

pytestmark = pytest.mark.usefixtures("plain_looks")


@pytest.fixture
def panel(qtbot: object) -> SettingsPanel:
    panel = SettingsPanel()
    qtbot.addWidget(panel)
    panel.resize(360, 900)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


class Heard:
    """What a signal said."""

    def __init__(self, signal: object) -> None:
        self.values: list[object] = []
        signal.connect(self.values.append)


def settled(qtbot: object, panel: SettingsPanel) -> None:
    """Wait until nothing waits to be let through."""
    qtbot.waitUntil(lambda: not panel._changes.is_waiting and not panel._wishes.is_waiting)


def test_every_option_has_its_row_in_one_group(panel: SettingsPanel) -> None:
    grouped = [name for _, names in GROUPS for name in names]
    assert sorted(grouped) == sorted(OPTIONS_BY_NAME) == sorted(panel.rows)


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_bounds_help_and_names_come_from_the_declaration(panel: SettingsPanel, option: object) -> None:
    row = panel.rows[option.name]
    assert (row.spin.minimum(), row.spin.maximum()) == (option.minimum, option.maximum)
    assert row.help.text() == option.help == row.spin.accessibleDescription()
    assert row.spin.accessibleName() == option.label
    assert row.label.buddy() is row.spin
    if row.slider is not None:
        steps = round((option.maximum - option.minimum) / option.step)
        assert (row.slider.minimum(), row.slider.maximum()) == (0, steps)
        assert row.slider.accessibleDescription() == option.help
        assert option.label in row.slider.accessibleName()


def test_every_control_has_a_name(panel: SettingsPanel) -> None:
    assert nameless(panel) == []


@pytest.mark.parametrize("option", [option for option in OPTIONS if option.off is not None],
                         ids=lambda option: option.name)
def test_off_takes_the_off_value_and_back_the_former(qtbot: object, panel: SettingsPanel, option: object) -> None:
    row = panel.rows[option.name]
    before = option.maximum if option.off != option.maximum else option.minimum
    panel.show_sampling(replace(Sampling(), **{option.name: before}), False)
    assert not row.off_button.isChecked()
    row.off_button.click()
    assert getattr(panel.sampling, option.name) == option.off and row.off_button.isChecked()
    row.off_button.click()
    assert getattr(panel.sampling, option.name) == before and not row.off_button.isChecked()
    settled(qtbot, panel)


@pytest.mark.parametrize("name", ["top_k", "min_p", "typical"])
def test_an_option_that_is_off_by_default_starts_at_a_sensible_value(panel: SettingsPanel, name: str) -> None:
    assert panel.rows[name].off_button.isChecked()
    panel.rows[name].off_button.click()
    assert getattr(panel.sampling, name) == OPTIONS_BY_NAME[name].start


def test_an_option_without_off_value_has_no_off_button(panel: SettingsPanel) -> None:
    assert not panel.rows["max_tokens"].off_button.isVisible()
    assert panel.rows["min_tokens"].off_button.isVisible()


def test_slider_and_number_follow_each_other(panel: SettingsPanel) -> None:
    row = panel.rows["temperature"]
    row.slider.setValue(20)
    assert row.spin.value() == pytest.approx(1.0) and panel.sampling.temperature == 1.0
    row.spin.setValue(0.35)
    assert row.slider.value() == 7 and panel.sampling.temperature == 0.35


def test_the_exact_number_is_kept_although_the_slider_has_steps(panel: SettingsPanel) -> None:
    row = panel.rows["temperature"]
    row.spin.setValue(0.724)
    assert panel.sampling.temperature == 0.724 and row.slider.value() == 14
    heard = Heard(panel.sampling_changed)
    fine = replace(Sampling(), top_p=0.923456, repetition_window=65)
    panel.show_sampling(fine, False)
    assert panel.sampling == fine and heard.values == [], "showing a value does not change it"


@pytest.mark.parametrize("name", [name for name in OPTIONS_BY_NAME if name != "seed"])
def test_every_position_of_every_slider_is_a_good_value(qtbot: object, name: str) -> None:
    option = OPTIONS_BY_NAME[name]
    row = OptionRow(option)
    qtbot.addWidget(row)
    heard = []
    row.value_changed.connect(lambda _, value: heard.append(value))
    for position in (*range(row.slider.maximum() + 1), 0):
        row.slider.setValue(position)
    assert all(option.checked(value) == (value, None) for value in heard)
    assert {option.minimum, option.maximum} <= set(heard)
    assert all(isinstance(value, int) == option.is_integer for value in heard)
    assert all(len(f"{value:.10g}") <= 5 for value in heard), "no 0.30000000000000004"


def test_numbers_show_two_decimals_unless_the_third_matters(panel: SettingsPanel) -> None:
    spin = panel.rows["temperature"].spin
    assert [spin.textFromValue(value) for value in (0.9, 0.725, 1.0)] == ["0.90", "0.725", "1.00"]


def test_typing_a_number_counts_when_it_is_finished(qtbot: object, panel: SettingsPanel) -> None:
    heard = Heard(panel.sampling_changed)
    spin = panel.rows["top_k"].spin
    spin.setFocus()
    spin.selectAll()
    QTest.keyClicks(spin, "150")
    assert heard.values == [], "1 and 15 are not meant"
    QTest.keyClick(spin, Qt.Key.Key_Return)
    settled(qtbot, panel)
    assert [each.top_k for each in heard.values] == [150]


def test_a_number_beyond_the_bounds_cannot_be_typed(panel: SettingsPanel) -> None:
    spin = panel.rows["candidates"].spin
    spin.setFocus()
    spin.selectAll()
    QTest.keyClicks(spin, "999")
    QTest.keyClick(spin, Qt.Key.Key_Return)
    assert panel.sampling.candidates <= 64


def test_the_whole_panel_works_by_keyboard_alone(qtbot: object, panel: SettingsPanel) -> None:
    panel.activateWindow()
    panel.scope.switch.setFocus()
    reached = []
    for _ in range(80):
        focus = QApplication.focusWidget()
        if focus in reached:
            break
        reached.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    for name, row in panel.rows.items():
        assert row.spin in reached, name
        assert row.slider is None or row.slider in reached, name
        assert row.off_button in reached or not row.off_button.isVisible(), name
    for control in (panel.scope.switch, panel.presets.choice, panel.presets.neutral_button, panel.help_switch,
                    panel.distribution.fold_button, panel.distribution.list_button):
        assert control in reached, control
    top_to_bottom = [panel.rows[name].spin.mapTo(panel, QPoint(0, 0)).y()
                     for name in ("temperature", "top_k", "repetition_penalty", "candidates", "seed")]
    order = [reached.index(panel.rows[name].spin)
             for name in ("temperature", "top_k", "repetition_penalty", "candidates", "seed")]
    assert top_to_bottom == sorted(top_to_bottom) and order == sorted(order)


def test_keys_move_slider_and_switch(qtbot: object, panel: SettingsPanel) -> None:
    row = panel.rows["temperature"]
    row.slider.setFocus()
    before = panel.sampling.temperature
    QTest.keyClick(row.slider, Qt.Key.Key_Right)
    assert panel.sampling.temperature == pytest.approx(before + 0.05)
    QTest.keyClick(row.slider, Qt.Key.Key_Home)
    assert panel.sampling.temperature == 0.0
    QTest.keyClick(row.off_button, Qt.Key.Key_Space)
    assert panel.sampling.temperature == 1.0
    QTest.keyClick(panel.scope.switch, Qt.Key.Key_Space)
    settled(qtbot, panel)


def test_the_wheel_scrolls_the_panel_unless_a_control_has_the_focus(panel: SettingsPanel) -> None:
    def turn(control: QWidget) -> None:
        middle = QPointF(control.rect().center())
        event = QWheelEvent(middle, QPointF(control.mapToGlobal(control.rect().center())), QPoint(), QPoint(0, 120),
                            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
                            Qt.ScrollPhase.NoScrollPhase, False)
        QApplication.sendEvent(control, event)
    panel.presets.choice.setFocus()
    before = panel.sampling
    for row in panel.rows.values():
        for control in (row.spin, row.slider):
            if control is not None:
                turn(control)
    assert panel.sampling == before
    slider = panel.rows["temperature"].slider
    slider.setFocus()
    turn(slider)
    assert panel.sampling.temperature > before.temperature


# ---- presets, default, neutral ----

@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.id)
def test_a_preset_sets_all_but_the_lengths(qtbot: object, panel: SettingsPanel, preset: object) -> None:
    start = Sampling(min_tokens=7, max_tokens=111, top_k=3)
    panel.show_sampling(start, False)
    index = panel.presets.choice.findData(preset.id)
    panel.presets.choice.setCurrentIndex(index)
    panel.presets.choice.activated.emit(index)
    assert panel.sampling == preset.applied_to(start)
    assert (panel.sampling.min_tokens, panel.sampling.max_tokens) == (7, 111)
    assert panel.presets.choice.currentData() == preset.id
    assert panel.presets.sentence.text() == preset.help
    settled(qtbot, panel)


def test_presets_are_good_values_and_differ() -> None:
    names = set(asdict(Sampling())) - {"min_tokens", "max_tokens"}
    for preset in PRESETS:
        assert set(preset.values) == names
        for name, value in preset.values.items():
            assert OPTIONS_BY_NAME[name].checked(value) == (value, None), (preset.id, name)
        assert matching_preset(preset.applied_to(Sampling())) is preset, "no two presets are the same"
        assert preset.help.endswith(".")
    assert matching_preset(Sampling()) is PRESETS_BY_ID["balanced"], "the default is a preset"
    assert PRESETS_BY_ID["neutral"].applied_to(NEUTRAL) == NEUTRAL
    assert PRESETS_BY_ID["repeatable"].values["temperature"] == 0
    assert matching_preset(Sampling(temperature=0.123)) is None


def test_moving_anything_makes_it_custom(panel: SettingsPanel) -> None:
    assert panel.presets.choice.currentData() == "balanced"
    panel.rows["temperature"].spin.setValue(0.71)
    assert panel.presets.choice.currentData() == ""
    assert panel.presets.sentence.text() == "Changed by hand."


def test_neutral_and_default_in_one_click(qtbot: object, panel: SettingsPanel) -> None:
    default = Sampling(temperature=0.55, candidates=8)
    panel.set_default_sampling(default)
    panel.show_sampling(default, False)
    assert not panel.presets.default_button.isEnabled(), "nothing to reset"
    panel.presets.neutral_button.click()
    for option in OPTIONS:
        if option.off is not None and option.name not in ("min_tokens",):
            assert getattr(panel.sampling, option.name) == option.off, option.name
    assert not panel.presets.neutral_button.isEnabled()
    panel.presets.default_button.click()
    assert panel.sampling == default
    settled(qtbot, panel)


# ---- own settings of a conversation ----

def test_own_settings_are_marked_with_a_dot_and_words(panel: SettingsPanel) -> None:
    panel.show_sampling(Sampling(), True)
    assert panel.scope.switch.isChecked() and panel.scope.dot.is_shown and panel.scope.dot.isVisible()
    assert panel.scope.mark.text() == "This conversation has its own settings."
    panel.show_sampling(Sampling(), False)
    assert not panel.scope.switch.isChecked() and not panel.scope.dot.isVisible()
    assert "all conversations" in panel.scope.mark.text()
    assert panel.scope.switch.accessibleDescription() == panel.scope.mark.text()


def test_the_switch_is_a_wish_and_showing_is_not(panel: SettingsPanel) -> None:
    heard = Heard(panel.overrides_wanted)
    panel.show_sampling(Sampling(), True)
    panel.show_sampling(Sampling(), False)
    assert heard.values == []
    panel.scope.switch.click()
    panel.scope.switch.click()
    assert heard.values == [True, False]


def test_changed_options_have_a_dot(panel: SettingsPanel) -> None:
    panel.set_default_sampling(Sampling())
    panel.show_sampling(replace(Sampling(), top_k=5), True)
    assert [name for name, row in panel.rows.items() if row.dot.is_shown] == ["top_k"]
    assert panel.rows["top_k"].dot.accessibleName() == "Changed from the default"


# ---- seed ----

def test_the_last_seed_is_shown_copied_and_used_again(qtbot: object, panel: SettingsPanel) -> None:
    assert panel.seed.last.text() == "Last used: none yet" and not panel.seed.copy_button.isEnabled()
    panel.set_last_seed(987654321)
    assert panel.seed.last.text() == "Last used: 987654321"
    panel.seed.copy_button.click()
    assert QGuiApplication.clipboard().text() == "987654321"
    panel.seed.use_button.click()
    assert panel.sampling.seed == 987654321 and panel.rows["seed"].spin.value() == 987654321
    panel.rows["seed"].off_button.click()
    assert panel.sampling.seed == -1 and panel.rows["seed"].spin.text() == "random"
    settled(qtbot, panel)


def test_the_largest_seed_fits(panel: SettingsPanel) -> None:
    panel.show_sampling(Sampling(seed=2**31 - 1), False)
    assert panel.rows["seed"].spin.text() == str(2**31 - 1)


# ---- what the window hears ----

def test_dragging_tells_at_most_thirty_times_a_second_and_the_last_for_sure(qtbot: object,
                                                                            panel: SettingsPanel) -> None:
    settled(qtbot, panel)
    qtbot.wait(40)
    heard, wishes = Heard(panel.sampling_changed), []
    panel.distribution_wanted.connect(lambda: wishes.append(1))
    for position in range(41):
        panel.rows["temperature"].slider.setValue(position)
    assert len(heard.values) == 1 and len(wishes) == 1, "the first at once, the rest waits"
    settled(qtbot, panel)
    assert heard.values[-1].temperature == 2.0
    assert len(heard.values) == 2 and len(wishes) == 2


def test_showing_other_settings_forgets_a_change_that_waits(qtbot: object, panel: SettingsPanel) -> None:
    heard = Heard(panel.sampling_changed)
    panel.rows["temperature"].slider.setValue(1)
    panel.rows["temperature"].slider.setValue(2)
    other = Sampling(temperature=1.5)
    panel.show_sampling(other, False)
    qtbot.wait(50)
    assert [each.temperature for each in heard.values] == [0.05], "the second was for another conversation"


def test_the_picture_is_not_wanted_while_it_cannot_be_seen(qtbot: object, panel: SettingsPanel) -> None:
    settled(qtbot, panel)
    panel.set_distribution_shown(False)
    wishes = []
    panel.distribution_wanted.connect(lambda: wishes.append(1))
    panel.rows["temperature"].slider.setValue(3)
    qtbot.wait(40)
    assert wishes == []
    panel.set_distribution_shown(True)
    settled(qtbot, panel)
    assert wishes == [1]
    panel.hide()
    panel.rows["temperature"].slider.setValue(4)
    qtbot.wait(40)
    assert wishes == [1]
    panel.show()
    assert wishes == [1, 1]


def test_explanations_can_be_hidden_and_stay_descriptions(panel: SettingsPanel) -> None:
    heard = Heard(panel.help_toggled)
    assert panel.rows["top_p"].help.isVisible()
    panel.help_switch.click()
    assert not panel.rows["top_p"].help.isVisible() and panel.rows["top_p"].spin.toolTip()
    assert heard.values == [False]


@pytest.mark.parametrize("zoom", [75, 100, 250])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut_off_at_any_size(qapp: QApplication, qtbot: object, scheme: str, zoom: int) -> None:
    theme.apply_theme(qapp, scheme, zoom)
    panel = SettingsPanel()
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    panel.resize(panel.minimumWidth(), 800)
    assert panel.width() <= theme.scaled(340)
    page = panel.area.widget()
    assert page.width() <= panel.area.viewport().width(), "no sideways scrolling"
    assert page.minimumSizeHint().width() <= panel.area.viewport().width()
    for row in panel.rows.values():
        text = row.spin.fontMetrics().horizontalAdvance(row.spin.text())
        assert text < row.spin.lineEdit().width(), row.option.name


def test_changing_theme_and_zoom_while_it_is_open(qapp: QApplication, panel: SettingsPanel) -> None:
    narrow = panel.rows["temperature"].spin.width()
    theme.apply_theme(qapp, "dark", 200)
    assert panel.rows["temperature"].spin.width() > narrow
    assert panel.grab().toImage().pixelColor(2, 2) == theme.colours().window
