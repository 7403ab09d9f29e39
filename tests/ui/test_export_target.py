"""Where an export goes: no file is replaced that the person was not asked about by its very name."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMessageBox, QWidget

from chatbot.ui import window_commands
from chatbot.ui.export_dialog import ExportChoice
from chatbot.ui.main_window import MainWindow
from chatbot.ui.window_commands import ask_save_path
from tests.ui.chat_parts import engine, settings, store, talking, talks  # noqa: F401 - fixtures
from tests.ui.plain_looks import plain_looks  # noqa: F401 - fixtures

OLD = "not to be lost"


def export_to(window: MainWindow, path: Path, file_format: str = "markdown", answer: bool | None = None) -> list[str]:
    """Export to the ``path`` that a dialog gave; ``answer`` to whatever is asked then. Returns the questions."""
    asked: list[str] = []

    def confirm(parent: QWidget, title: str, question: str, yes: str) -> bool:
        assert answer is not None, f"asked without need: {question}"
        asked.append(question)
        return answer

    window.commands.ask_save_path = lambda *_: str(path)
    window.commands.confirm = confirm
    window.commands.export(ExportChoice(False, file_format))
    return asked


def is_export(path: Path, file_format: str) -> bool:
    return json.loads(path.read_text(encoding="utf-8"))["format"] == file_format


@pytest.mark.parametrize(("typed", "file_format", "written"), [
    ("notes", "markdown", "notes.md"), ("notes.md", "markdown", "notes.md"), ("NOTES.MD", "markdown", "NOTES.MD"),
    ("plan v1.5", "markdown", "plan v1.5.md"), ("plan v1.5", "text", "plan v1.5.txt"),
    ("notes.md", "text", "notes.md.txt")])
def test_the_suffix_is_added_where_it_is_missing(talking: MainWindow, tmp_path: Path, typed: str, file_format: str,
                                                 written: str) -> None:
    export_to(talking, tmp_path / typed, file_format)
    assert [path.name for path in tmp_path.iterdir()] == [written]
    assert is_export(tmp_path / written, file_format)


@pytest.mark.parametrize(("typed", "present"), [("notes", "notes.md"), ("plan v1.5", "plan v1.5.md")])
def test_a_file_that_the_dialog_could_not_ask_about_is_asked_about(talking: MainWindow, tmp_path: Path, typed: str,
                                                                   present: str) -> None:
    file = tmp_path / present
    file.write_text(OLD)
    (question,) = export_to(talking, tmp_path / typed, answer=False)
    assert present in question
    assert file.read_text() == OLD and list(tmp_path.iterdir()) == [file]
    assert not talking.notice.isVisible()
    export_to(talking, tmp_path / typed, answer=True)
    assert is_export(file, "markdown")


def test_what_the_dialog_has_asked_about_is_not_asked_again(talking: MainWindow, tmp_path: Path) -> None:
    file = tmp_path / "notes.md"
    file.write_text(OLD)
    assert export_to(talking, file) == []
    assert is_export(file, "markdown")


class Person(QWidget):
    """Types ``name`` into the file dialog and answers its question; leaves the dialog if that does not end it."""

    def __init__(self, name: str, answer: QMessageBox.StandardButton) -> None:
        super().__init__()
        self._name, self._answer = name, answer
        self.questions: list[str] = []
        QTimer.singleShot(0, self, self._on_dialog)

    def _on_dialog(self) -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QFileDialog)
        if self._name:
            dialog.findChild(QLineEdit).setText(self._name)
            QTimer.singleShot(0, self, self._on_question)
            dialog.accept()
        if dialog.isVisible():
            dialog.reject()

    def _on_question(self) -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            self.questions.append(box.text())
            box.button(self._answer).click()


@pytest.fixture
def person(qtbot: object) -> Callable[..., Person]:
    def make(name: str, answer: QMessageBox.StandardButton = QMessageBox.StandardButton.No) -> Person:
        made = Person(name, answer)
        qtbot.addWidget(made)
        return made
    return make


def test_the_dialog_itself_asks_about_the_name_with_its_suffix(person: Callable[..., Person], tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text(OLD)
    suggestion = str(tmp_path / "talk.md")
    for answer, chosen in ((QMessageBox.StandardButton.No, ""),
                           (QMessageBox.StandardButton.Yes, str(tmp_path / "notes.md"))):
        typing = person("notes", answer)
        assert ask_save_path(typing, "Export", suggestion, "*.md") == chosen
        assert len(typing.questions) == 1 and "notes.md" in typing.questions[0]
    typing = person("others")
    assert ask_save_path(typing, "Export", suggestion, "*.md") == str(tmp_path / "others.md")
    assert typing.questions == []


def test_a_dialog_that_is_left_gives_no_name_and_is_not_kept(person: Callable[..., Person], tmp_path: Path) -> None:
    parent = person("")
    assert ask_save_path(parent, "Export", str(tmp_path / "talk.md"), "*.md") == ""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert parent.findChildren(QFileDialog) == []


class SystemDialog(QFileDialog):
    """As Qt shows the dialog of some systems: without fields of its own, and the suffix comes after the question."""

    typed = ""

    def exec(self) -> int:
        return 1

    def findChild(self, *_: object) -> None:
        return None

    def selectedFiles(self) -> list[str]:
        suffix = self.defaultSuffix()
        return [self.typed + (f".{suffix}" if suffix and "." not in Path(self.typed).name else "")]


def test_a_system_that_asks_about_the_typed_name_does_not_count_as_asked(
        talking: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "notes.md"
    file.write_text(OLD)
    monkeypatch.setattr(window_commands, "QFileDialog", SystemDialog)
    monkeypatch.setattr(SystemDialog, "typed", str(tmp_path / "notes"))
    asked: list[str] = []

    def refuse(parent: QWidget, title: str, question: str, yes: str) -> bool:
        asked.append(question)
        return False

    talking.commands.confirm = refuse
    talking.commands.export(ExportChoice(False, "markdown"))
    assert len(asked) == 1 and file.read_text() == OLD
