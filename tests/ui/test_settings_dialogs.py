"""Preferences, shortcuts list and about."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from chatbot import __version__, paths
from chatbot.core.replies import ModelSummary
from chatbot.settings import Settings, help_text, load
from chatbot.ui import fonts, preferences_dialog, theme
from chatbot.ui.about_dialog import AboutDialog
from chatbot.ui.kept_files import kept_files
from chatbot.ui.preferences_dialog import PreferencesDialog
from chatbot.ui.shortcuts import ACTIONS, ACTIONS_BY_ID, KEYS_WHILE_WRITING, make_action
from chatbot.ui.shortcuts_dialog import ShortcutsDialog, keys_text
from chatbot.worker.personal_job import job_folder
from tests.ui.plain_looks import nameless, plain_looks  # noqa: F401 - a fixture

pytestmark = pytest.mark.usefixtures("plain_looks")
MODEL = ModelSummary("wren-x", "Wren X", 13_600_000, "en", "MIT", 40_000, "int8")


@pytest.fixture
def settings() -> Settings:
    return load(paths.settings_file())[0]


@pytest.fixture
def preferences(qtbot: object, settings: Settings) -> PreferencesDialog:
    settings.theme = "light"
    dialog = PreferencesDialog(settings, [MODEL])
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    return dialog


def on_disk() -> Settings:
    """The settings as a new start would read them."""
    settings, problems = load(paths.settings_file())
    assert problems == []
    return settings


# ---- preferences ----

def test_every_preference_shows_its_setting_and_its_sentence(preferences: PreferencesDialog) -> None:
    assert set(preferences.rows) == {"theme", "zoom_percent", "font_family", "language", "reduce_motion", "send_key",
                                     "model_id", "are_suggestions_shown", "are_times_shown", "are_statistics_shown",
                                     "threads"}
    for name, row in preferences.rows.items():
        assert help_text(name) in [label.text() for label in row.findChildren(QLabel)]


def test_every_control_of_the_dialogs_has_a_name(qtbot: object, preferences: PreferencesDialog) -> None:
    assert nameless(preferences) == []
    for dialog in (ShortcutsDialog(), AboutDialog([MODEL])):
        qtbot.addWidget(dialog)
        assert nameless(dialog) == []


def test_theme_zoom_and_font_apply_at_once_and_are_saved(qapp: QApplication, preferences: PreferencesDialog) -> None:
    theme_row, zoom_row = preferences.rows["theme"], preferences.rows["zoom_percent"]
    index = theme_row.choice.findData("dark")
    theme_row.choice.setCurrentIndex(index)
    theme_row.choice.activated.emit(index)
    assert theme.colours().is_dark and on_disk().theme == "dark"
    zoom_row.spin.setValue(150)
    assert theme.watcher().zoom_percent == 150 and zoom_row.slider.value() == 150 and on_disk().zoom_percent == 150
    zoom_row.slider.setValue(75)
    assert zoom_row.spin.value() == 75 and on_disk().zoom_percent == 75


@pytest.mark.parametrize(("name", "value"), [("language", "zh_CN"), ("send_key", "ctrl_enter"),
                                             ("model_id", "wren-x")])
def test_a_choice_is_told_and_saved(qtbot: object, preferences: PreferencesDialog, name: str, value: str) -> None:
    choice = preferences.rows[name].choice
    index = choice.findData(value)
    assert index >= 0
    choice.setCurrentIndex(index)
    with qtbot.waitSignal(preferences.setting_changed, check_params_cb=lambda changed: changed == name):
        choice.activated.emit(index)
    assert getattr(on_disk(), name) == value


@pytest.mark.parametrize("name", ["reduce_motion", "are_suggestions_shown", "are_times_shown",
                                  "are_statistics_shown"])
def test_a_switch_is_told_and_saved(qtbot: object, preferences: PreferencesDialog, settings: Settings,
                                    name: str) -> None:
    before = getattr(settings, name)
    with qtbot.waitSignal(preferences.setting_changed):
        preferences.rows[name].switch.click()
    assert getattr(on_disk(), name) is not before


def test_the_language_says_when_it_takes_effect(preferences: PreferencesDialog) -> None:
    assert "next start" in preferences.rows["language"].choice.accessibleDescription()


def test_a_model_that_is_not_installed_is_not_lost(qtbot: object, settings: Settings) -> None:
    settings.model_id = "gone-model"
    dialog = PreferencesDialog(settings, [MODEL])
    qtbot.addWidget(dialog)
    assert dialog.rows["model_id"].choice.currentText() == "gone-model"


def test_a_setting_that_cannot_be_saved_is_told_in_the_dialog(qtbot: object, tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    dialog = PreferencesDialog(load(blocker / "settings.toml")[0])
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.rows["reduce_motion"].switch.click()
    assert dialog.problem.isVisible() and "could not be saved" in dialog.problem.text()


def test_missing_fonts_are_told(qtbot: object, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = fonts.FontCoverage("Emoji", "x", (), "Install one.", True)
    monkeypatch.setattr(preferences_dialog.fonts, "coverage", lambda: (missing,))
    dialog = PreferencesDialog(settings)
    qtbot.addWidget(dialog)
    assert any("no font for: Emoji" in label.text() for label in dialog.findChildren(QLabel))


def test_preferences_by_keyboard(preferences: PreferencesDialog) -> None:
    preferences.names.setFocus()
    for row in range(preferences.names.count()):
        assert preferences.pages.currentIndex() == row
        QTest.keyClick(preferences.names, Qt.Key.Key_Down)
    preferences.names.setCurrentRow(0)
    QTest.keyClick(preferences.names, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is preferences.rows["theme"].choice
    QTest.keyClick(preferences, Qt.Key.Key_Escape)
    assert not preferences.isVisible()


def test_privacy_lists_every_file_with_its_size(qtbot: object, preferences: PreferencesDialog) -> None:
    wanted = {}
    for path, size in ((paths.database_file(), 5000), (paths.database_file().with_name("chats.db-wal"), 70),
                       (paths.data_folder() / "backups" / "chats-2026-01-01-120000.db", 400),
                       (paths.models_folder() / "mine" / "weights.safetensors", 9000),
                       (paths.log_folder() / "chatbot.log", 10), (paths.cache_folder() / "x", 20),
                       (job_folder("anna") / "job.json", 30), (paths.data_folder() / "stray", 1)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * size)
        wanted[path] = size
    found = {file.path: file.bytes for file in kept_files()}
    assert found == wanted
    own_words = {file.path.name for file in kept_files() if file.has_own_words}
    assert own_words == {"chats.db", "chats.db-wal", "chats-2026-01-01-120000.db", "job.json"}
    preferences.names.setCurrentRow(3)
    table = preferences.privacy.table
    assert table.rowCount() == 8 and table.item(0, 0).text() == "weights.safetensors"
    assert "not encrypted" in preferences.privacy.warning.text()
    assert "8 file" in preferences.privacy.total.text()


def test_links_are_listed_and_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("x")
    paths.data_folder().mkdir(parents=True)
    (paths.data_folder() / "link").symlink_to(outside)
    assert all("secret" not in str(file.path) for file in kept_files())


# ---- shortcuts ----

def test_actions_are_unique_and_no_key_is_taken_twice() -> None:
    assert len(ACTIONS_BY_ID) == len(ACTIONS)
    keys = [QKeySequence(key).toString() for spec in ACTIONS for key in spec.keys]
    assert all(keys) and len(keys) == len(set(keys))


def test_keys_do_not_steal_typing() -> None:
    """A plain letter, or a key that edits text, must stay with the composer."""
    editing = {"Ctrl+C", "Ctrl+V", "Ctrl+X", "Ctrl+A", "Ctrl+Z", "Ctrl+Y", "Ctrl+Left", "Ctrl+Right", "Ctrl+Del",
               "Ctrl+Backspace", "Home", "End", "Return", "Enter", "Tab", "Space", "Up", "Down"}
    for spec in ACTIONS:
        for key in spec.keys:
            assert key not in editing
            assert len(key) > 1 and ("+" in key or key.startswith("F") or key == "Esc"), key


@pytest.mark.parametrize("spec", ACTIONS, ids=lambda spec: spec.id)
def test_an_action_is_built_from_its_declaration(qapp: QApplication, spec: object) -> None:
    action = make_action(spec.id, qapp)
    assert action.text() == spec.label
    assert [QKeySequence(key) for key in spec.keys] == action.shortcuts()
    action.deleteLater()


def test_the_list_shows_every_action_and_search_narrows_it(qtbot: object) -> None:
    dialog = ShortcutsDialog()
    qtbot.addWidget(dialog)
    dialog.show()

    def shown() -> list[str]:
        groups = [dialog.tree.topLevelItem(index) for index in range(dialog.tree.topLevelItemCount())]
        return [group.child(row).text(0) for group in groups for row in range(group.childCount())
                if not group.child(row).isHidden() and not group.isHidden()]
    everything = (*ACTIONS, *KEYS_WHILE_WRITING)
    assert sorted(shown()) == sorted(spec.text for spec in everything)
    QTest.keyClicks(dialog.search, "zoom nothing")
    assert dialog.nothing.isVisible() and shown() == []
    dialog.search.setText("CTRL+N")
    assert "New conversation" in shown() and "Quit" not in shown()
    dialog.search.setText(" quit ")
    assert shown() == ["Quit"]
    dialog.search.clear()
    assert len(shown()) == len(everything)
    dialog.search.setText("tab")
    assert "Take the suggested words" in shown()


def test_a_screen_reader_hears_action_and_keys(qtbot: object) -> None:
    dialog = ShortcutsDialog()
    qtbot.addWidget(dialog)
    item = dialog.tree.topLevelItem(0).child(0)
    spec = ACTIONS[0]
    assert item.data(0, Qt.ItemDataRole.AccessibleTextRole) == f"{spec.text}: {keys_text(spec)}"


# ---- about ----

def test_about_is_honest_and_names_versions(qtbot: object) -> None:
    dialog = AboutDialog([MODEL])
    qtbot.addWidget(dialog)
    dialog.show()
    words = " ".join(label.text() for label in dialog.findChildren(QLabel))
    for wanted in (__version__, "makes mistakes", "no reply is the opinion of a person", "unencrypted",
                   "Wren X: 13.6 million parameters, licence MIT", str(paths.database_file())):
        assert wanted in words, wanted
    dialog._on_copy_clicked()
    copied = QGuiApplication.clipboard().text()
    assert f"Program: {__version__}" in copied and "Python: 3." in copied and "Qt: 6." in copied
