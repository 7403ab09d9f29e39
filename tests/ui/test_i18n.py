"""Both languages are complete, agree in their placeholders, are compiled, and every dialog opens in each."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from chatbot.core.sampling import OPTIONS
from chatbot.paths import resource
from chatbot.settings import Settings
from chatbot.ui import core_texts, translations
from chatbot.ui.about_dialog import AboutDialog
from chatbot.ui.main_window import MainWindow
from chatbot.ui.preferences_dialog import PreferencesDialog
from chatbot.ui.settings_panel import SettingsPanel
from chatbot.ui.shortcuts_dialog import ShortcutsDialog
from tests.fakes.fake_engine_handle import FakeEngineHandle
from tests.fakes.fake_store import FakeStore
from tests.ui.plain_looks import plain_looks, speak, speak_english  # noqa: F401 - a fixture

FOLDER = resource("i18n")
PLURAL_FORMS = {"en": 2, "zh_CN": 1}


def messages(path: Path) -> list[tuple[str, ET.Element]]:
    """(context, message) of a ``.ts`` file."""
    return [(context.findtext("name"), message) for context in ET.parse(path).getroot().iter("context")
            for message in context.iter("message")]


def texts(message: ET.Element) -> list[str]:
    """The translation, or each plural form."""
    translation = message.find("translation")
    forms = [form.text or "" for form in translation.iter("numerusform")]
    return forms or [translation.text or ""]


def places(text: str) -> list[str]:
    """What is filled in: {0}, {path}, %n."""
    return sorted(re.findall(r"\{\w*\}|%n", text))


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The translation files as ``update`` and ``compile`` would write them now."""
    folder = tmp_path_factory.mktemp("i18n")
    for language in translations.LANGUAGES:
        name = f"chatbot_{language}.ts"
        (folder / name).write_bytes((FOLDER / name).read_bytes())
    translations.update(folder)
    translations.compile_all(folder)
    return folder


@pytest.mark.parametrize("language", translations.LANGUAGES)
class TestFiles:
    """The files in the tree."""

    def test_no_translation_is_missing(self, language: str) -> None:
        unfinished = [message.findtext("source") for _, message in messages(FOLDER / f"chatbot_{language}.ts")
                      if message.find("translation").get("type") is not None or not all(texts(message))]
        assert unfinished == []

    def test_the_files_hold_every_text_of_the_sources(self, language: str, fresh: Path) -> None:
        """Run ``python -m chatbot.ui.translations`` and translate what is new."""
        def sources(folder: Path) -> set[tuple[str, str]]:
            return {(context, message.findtext("source"))
                    for context, message in messages(folder / f"chatbot_{language}.ts")}
        assert sources(fresh) == sources(FOLDER)

    def test_the_compiled_file_is_up_to_date(self, language: str, fresh: Path) -> None:
        name = f"chatbot_{language}.qm"
        assert (fresh / name).read_bytes() == (FOLDER / name).read_bytes()

    def test_placeholders_agree(self, language: str) -> None:
        for _, message in messages(FOLDER / f"chatbot_{language}.ts"):
            wanted = places(message.findtext("source"))
            for text in texts(message):
                assert places(text) == wanted, text

    def test_plurals_have_as_many_forms_as_the_language(self, language: str) -> None:
        for _, message in messages(FOLDER / f"chatbot_{language}.ts"):
            if message.get("numerus") == "yes":
                assert len(texts(message)) == PLURAL_FORMS[language]


def test_chinese_texts_look_chinese() -> None:
    """Full stops and mnemonics as Chinese programs have them; nothing left in English by mistake."""
    proper = {"Top-k", "Top-p", "Min-p", "Enter", "Ctrl+Enter", "Wren", "{0} \u2013 Wren"}
    seen_mnemonics = 0
    for _, message in messages(FOLDER / "chatbot_zh_CN.ts"):
        source, text = message.findtext("source"), texts(message)[0]
        assert not text.endswith("."), source
        if source not in proper and re.search(r"[A-Za-z]{3}", source) and not re.fullmatch(r"[{}\d:., ]+", text):
            assert re.search(r"[\u4e00-\u9fff]", text), source
        mnemonic = re.search(r"&(\w)", source)
        if mnemonic:
            seen_mnemonics += 1
            assert f"(&{mnemonic[1].upper()})" in text, source
    assert seen_mnemonics > 5


@pytest.mark.usefixtures("plain_looks")
class TestInTheWindow:
    """Installed translations."""

    @pytest.mark.parametrize("language", translations.LANGUAGES)
    @pytest.mark.parametrize("make", [SettingsPanel, ShortcutsDialog, AboutDialog,
                                      lambda: PreferencesDialog(Settings())],
                             ids=["panel", "shortcuts", "about", "preferences"])
    def test_every_dialog_opens_in_each_language(self, qapp: QApplication, qtbot: object, language: str,
                                                 make: Callable[[], QWidget]) -> None:
        speak(qapp, language)
        dialog = make()
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.waitExposed(dialog)
        words = " ".join(label.text() for label in dialog.findChildren(QLabel)) + dialog.windowTitle()
        assert "%n" not in words and "{0}" not in words
        if language == "zh_CN":
            assert re.search(r"[\u4e00-\u9fff]", words)

    @pytest.mark.parametrize("language", translations.LANGUAGES)
    def test_the_whole_window_opens_in_each_language(self, qapp: QApplication, qtbot: object, language: str) -> None:
        speak(qapp, language)
        window = MainWindow(FakeStore(), FakeEngineHandle(), Settings(is_settings_panel_shown=True))
        qtbot.addWidget(window)
        window.show()
        window.start()
        menus = [action.text() for action in window.menuBar().actions()]
        assert all(re.search(r"[\u4e00-\u9fff]", text) for text in menus) == (language == "zh_CN")
        window.close()

    def test_options_are_explained_in_chinese(self, qapp: QApplication, qtbot: object) -> None:
        speak(qapp, "zh_CN")
        panel = SettingsPanel()
        qtbot.addWidget(panel)
        assert panel.rows["temperature"].label.text() == "\u6e29\u5ea6"
        for option in OPTIONS:
            assert re.search(r"[\u4e00-\u9fff]", panel.rows[option.name].help.text())

    def test_plurals(self, qapp: QApplication) -> None:
        def files(count: int) -> str:
            return QCoreApplication.translate("PrivacyPage", "%n file(s), {0}", "", count).format("2 KB")
        speak(qapp, "en")
        assert (files(1), files(3)) == ("1 file, 2 KB", "3 files, 2 KB")
        speak(qapp, "zh_CN")
        assert files(3) == "3 \u4e2a\u6587\u4ef6\uff0c2 KB"
        speak_english(qapp)
        assert files(3) == "3 file(s), 2 KB"

    def test_qts_own_words_are_translated(self, qapp: QApplication) -> None:
        speak(qapp, "zh_CN")
        assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "\u53d6\u6d88"


@pytest.mark.parametrize(("setting", "desktop", "language"), [
    ("en", "zh_CN", "en"), ("zh_CN", "en_US", "zh_CN"), ("system", "zh_CN", "zh_CN"), ("system", "en_GB", "en"),
    ("system", "de_DE", "en"), ("system", "zh_SG", "zh_CN"), ("system", "zh_TW", "zh_CN"), ("system", "C", "en"),
    ("nonsense", "zh_CN", "zh_CN"),
])
def test_the_language_follows_setting_and_desktop(setting: str, desktop: str, language: str) -> None:
    assert translations.chosen_language(setting, QLocale(desktop)) == language


def test_sources_of_core_are_sentences_and_labels_once_declared() -> None:
    assert all(text.strip() == text and text for text in core_texts.sources())


def test_no_text_is_built_before_it_is_translated() -> None:
    """lupdate reads literals only: no f-string, no name, no concatenation inside tr."""
    for path in Path(core_texts.__file__).parent.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        for found in re.findall(r"\.tr\(\s*([^\s)])", source):
            assert found in "\"'", f"{path.name}: tr({found}"


def test_a_wrong_command_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert translations.main(["upgrade"]) == 2
    assert "update" in capsys.readouterr().err
