"""The models page with a scripted handle: what is shown, what can be pressed, and what it wishes for."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from chatbot.core.errors import Problem
from chatbot.core.models import ModelJob, ModelRow, ModelShelf, ModelStage, TransferProgress
from chatbot.ui.model_card_view import ModelCardView
from chatbot.ui.model_texts import duration_text, language_text
from chatbot.ui.models_page import ModelsPage
from tests.fakes.fake_models_handle import FakeModelsHandle
from tests.ui.plain_looks import nameless, plain_looks  # noqa: F401  (a fixture)

pytestmark = pytest.mark.usefixtures("plain_looks")

MB = 1_000_000
ROWS = (
    ModelRow("wren-en-s", "Wren", ModelStage.INSTALLED, "1.0", "en", "CC-BY-SA-4.0", 29 * MB, 13_900_000, 210 * MB,
             "A small model.", "# Wren\n\nIt **talks**.", (("heldout.perplexity", 31.52), ("strange", 2.0)),
             folder=Path("/bundled/wren-en-s")),
    ModelRow("mine", "Mine", ModelStage.INSTALLED, "1.0", "de", "private", 3 * MB, is_personal=True, is_removable=True,
             parent="wren-en-s", folder=Path("/models/mine"), source="https://a.org/c.json", update_version="1.1"),
    ModelRow("bad", "bad", ModelStage.BROKEN, problem="weights.safetensors of bad is missing.", is_removable=True,
             folder=Path("/models/bad")),
    ModelRow("half", "Half", ModelStage.UNFINISHED, bytes=40 * MB, done_bytes=10 * MB, source="https://a.org/c.json"),
    ModelRow("new", "New", ModelStage.AVAILABLE, "2.0", "fr", "MIT", 60 * MB, source="https://a.org/c.json"),
)


def shelf(rows=ROWS, catalogues=("https://a.org/c.json",)):
    return ModelShelf(tuple(rows), Path("/models"), 32 * MB, 80_000 * MB, catalogues)


class Answers:
    """Stands in for the dialogs."""

    def __init__(self) -> None:
        self.path: Path | None = Path("/chosen")
        self.address: str | None = "https://b.org"
        self.is_sure = True

    def folder_to_add(self):
        return self.path

    zip_to_add = folder_to_add

    def folder_to_move_to(self, present):
        return self.path

    def catalogue_address(self):
        return self.address

    def may_delete(self, row):
        return self.is_sure

    def may_open(self, address):
        return False


class Desk:
    """A page, its handle and its answers."""

    def __init__(self, qtbot: QtBot) -> None:
        self.handle, self.answers = FakeModelsHandle(), Answers()
        self.page = ModelsPage(self.handle, "wren-en-s", questions=self.answers)
        qtbot.addWidget(self.page)
        self.page.show()
        self.handle.shelf_ready.emit(shelf())
        self.handle.wishes.clear()

    def choose(self, model_id: str) -> None:
        self.page.list.setCurrentIndex(self.page.model.index(self.page.model.row_of(model_id)))

    def buttons(self) -> list[str]:
        return [name for name, button in self.page.details.buttons.items() if button.isVisible()]

    def press(self, name: str) -> None:
        button = self.page.details.buttons[name]
        assert button.isVisible()
        assert button.isEnabled()
        button.click()

    def wish(self, name: str) -> None:
        for action in self.page.toolbar.findChildren(object, f"wish_{name}"):
            action.trigger() if hasattr(action, "trigger") else action.click()


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


def test_opening_the_page_asks_only_the_disk(qtbot):
    handle = FakeModelsHandle()
    qtbot.addWidget(ModelsPage(handle, "wren-en-s", questions=Answers()))
    assert handle.wishes == [("refresh",)]


def test_shows_the_default_model_first_with_its_facts(desk):
    details = desk.page.details
    assert desk.page.chosen.id == "wren-en-s"
    assert details.facts.text() == "Version 1.0 · English · 29.0 MB · CC-BY-SA-4.0"
    assert details.more_facts.text() == "13.9 million parameters · needs 210.0 MB of memory"
    assert [label.text() for label in details.numbers.findChildren(QLabel)] == ["Perplexity per word", "31.52",
                                                                                   "strange", "2"]
    assert details.card.toPlainText() == "Wren\nIt talks."
    assert desk.page.toolbar.disk.text() == "Models use 32.0 MB; 80.0 GB are free"


@pytest.mark.parametrize(("model_id", "buttons"), [
    ("wren-en-s", ["compare", "verify", "open_folder"]),
    ("mine", ["use", "update", "compare", "verify", "open_folder", "delete"]),
    ("bad", ["open_folder", "delete"]), ("half", ["resume", "cancel"]), ("new", ["download"])])
def test_only_what_can_be_done_is_offered(desk, model_id, buttons):
    desk.choose(model_id)
    assert desk.buttons() == buttons


def test_status_lines_and_accessible_names(desk):
    texts = [desk.page.model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(5)]
    assert texts == ["Wren, In use · 29.0 MB", "Mine, Installed · Personal · Update to 1.1 · 3.0 MB",
                     "bad, Cannot be used", "Half, Paused · 40.0 MB", "New, Available · 60.0 MB"]
    desk.page.notice.button.setAccessibleName("named when it is shown")
    assert nameless(desk.page) == []


def test_every_button_wishes_the_right_thing(desk, qtbot):
    desk.choose("new")
    desk.press("download")
    desk.choose("half")
    desk.press("resume")
    desk.press("cancel")
    desk.choose("mine")
    desk.press("update")
    desk.press("verify")
    desk.press("delete")
    with qtbot.waitSignal(desk.page.default_model_chosen) as chosen:
        desk.press("use")
    assert chosen.args == ["mine"]
    assert "use" not in desk.buttons()
    source = "https://a.org/c.json"
    assert desk.handle.wishes == [("download", "new", source), ("download", "half", source), ("cancel", "half"),
                                  ("download", "mine", source), ("verify", "mine"), ("remove", Path("/models/mine"))]
    desk.answers.is_sure = False
    desk.press("delete")
    assert len(desk.handle.wishes) == 6


def test_a_model_is_compared_if_there_is_another(desk, qtbot):
    desk.choose("mine")
    with qtbot.waitSignal(desk.page.comparison_wanted) as wanted:
        desk.press("compare")
    assert wanted.args == ["mine"]
    assert desk.handle.wishes == []
    desk.handle.shelf_ready.emit(shelf(rows=(ROWS[1], *ROWS[2:])))
    assert "compare" not in desk.buttons()


def test_toolbar_wishes(desk):
    for wish in ("add_folder", "add_zip", "look", "add_catalogue", "move"):
        desk.wish(wish)
    desk.page.toolbar.catalogue_unwanted.emit("https://a.org/c.json")
    assert desk.handle.wishes == [("add", Path("/chosen"), False), ("add", Path("/chosen"), False), ("ask_catalogues",),
                                  ("add_catalogue", "https://b.org"), ("move", Path("/chosen")),
                                  ("remove_catalogue", "https://a.org/c.json")]
    desk.handle.wishes.clear()
    desk.answers.path = desk.answers.address = None
    for wish in ("add_folder", "add_zip", "add_catalogue", "move"):
        desk.wish(wish)
    assert desk.handle.wishes == []
    desk.answers.address = "hf://a/b"
    desk.handle.shelf_ready.emit(shelf(catalogues=()))
    desk.wish("look")
    assert desk.handle.wishes == [("add_catalogue", "hf://a/b")]


def test_progress_pause_and_end(desk):
    desk.choose("new")
    desk.handle.progress_ready.emit(TransferProgress("new", "waiting", 0, 60 * MB))
    assert desk.buttons() == ["pause", "cancel"]
    desk.handle.progress_ready.emit(TransferProgress("new", "fetching", 15 * MB, 60 * MB, 1_500_000.0, 30.0))
    assert desk.page.details.progress_label.text() == "Downloading · 15.0 MB of 60.0 MB · 1.5 MB/s · 30 s left"
    assert desk.page.details.bar.value() == 250
    assert desk.page.model.index(4).data(Qt.ItemDataRole.AccessibleTextRole) == "New, Downloading · 25 %"
    desk.press("pause")
    desk.press("cancel")
    assert desk.handle.wishes == [("pause", "new"), ("cancel", "new")]
    desk.handle.progress_ready.emit(TransferProgress("new", "checking", 60 * MB, 60 * MB))
    assert desk.buttons() == []
    desk.handle.job_done.emit(ModelJob("installed", "new"))
    assert not desk.page.details.bar.isVisible()
    assert desk.page.notice.label.text() == "The model new is installed."


def test_failed_download_can_be_tried_again(desk):
    desk.choose("new")
    desk.handle.progress_ready.emit(TransferProgress("new", "fetching", 1, 60 * MB))
    desk.handle.job_failed.emit(Problem("network", "a.org does not answer.", details={"model_id": "new"}))
    assert desk.page.notice.label.text() == "a.org does not answer."
    assert desk.buttons() == ["download"]


def test_an_installed_model_is_replaced_only_when_asked(desk):
    desk.page.add(Path("/a.zip"))
    desk.handle.job_failed.emit(Problem("model_exists", "It is installed already."))
    desk.page.notice.button.click()
    assert desk.handle.wishes == [("add", Path("/a.zip"), False), ("add", Path("/a.zip"), True)]


def test_while_a_job_runs_no_other_begins(desk):
    desk.handle.busy_changed.emit("mine")
    desk.choose("mine")
    assert not desk.page.details.buttons["verify"].isEnabled()
    assert not desk.page.toolbar.add_button.isEnabled()
    desk.handle.busy_changed.emit("")
    assert desk.page.details.buttons["verify"].isEnabled()


def test_dropping_folders_and_zips(desk, tmp_path):
    (tmp_path / "m.zip").touch()
    (tmp_path / "m.txt").touch()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in (tmp_path, tmp_path / "m.zip", tmp_path / "m.txt")]
                 + [QUrl("https://a.org/m.zip")])
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
                       Qt.KeyboardModifier.NoModifier)
    desk.page.dropEvent(event)
    assert desk.handle.wishes == [("add", tmp_path, False), ("add", tmp_path / "m.zip", False)]


def test_selection_survives_a_refresh(desk):
    desk.choose("half")
    desk.handle.shelf_ready.emit(shelf(rows=ROWS[::-1]))
    assert desk.page.chosen.id == "half"
    desk.handle.shelf_ready.emit(shelf(rows=()))
    assert desk.page.chosen is None
    assert desk.buttons() == []


def test_model_tester(desk, qtmodeltester):
    qtmodeltester.check(desk.page.model)


def test_a_card_loads_nothing_and_runs_no_html(qtbot, tmp_path):
    view = ModelCardView()
    qtbot.addWidget(view)
    picture = tmp_path / "secret.png"
    picture.write_bytes(b"x")
    view.show_card(f"# T\n\n<script>x</script> <b>bold</b>\n\n![p](https://a.org/x.png) ![q]({picture})\n\n"
                   "[web](https://a.org/) [file](file:///etc/passwd)")
    text = view.toPlainText()
    assert "<script>" in text
    assert "<b>bold</b>" in text
    assert view.loadResource(2, QUrl("https://a.org/x.png")) is None
    assert view.loadResource(2, QUrl.fromLocalFile(str(picture))) is None
    chosen = []
    view.address_chosen.connect(chosen.append)
    for address in ("https://a.org/", "file:///etc/passwd", "javascript:x", "smb://a/b"):
        view.anchorClicked.emit(QUrl(address))
    assert chosen == ["https://a.org/"]


def test_durations_and_languages():
    assert [duration_text(seconds) for seconds in (0.2, 59, 61, 3599, 7500)] == ["1 s", "59 s", "1 min", "1 h 0 min",
                                                                                "2 h 5 min"]
    assert [language_text(tag) for tag in ("en", "de", "xx")] == ["English", "Deutsch", "xx"]
