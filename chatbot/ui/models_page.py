"""The models page: what is installed, what can be had, and everything that can be done with it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QDialog, QSplitter, QVBoxLayout, QWidget

from chatbot.core.errors import Problem
from chatbot.core.models import ModelJob, ModelRow, ModelShelf, ModelStage, TransferProgress
from chatbot.ui import problem_text, theme
from chatbot.ui.model_details import ModelDetails
from chatbot.ui.model_list import ModelListModel, ModelListView
from chatbot.ui.model_questions import ModelQuestions
from chatbot.ui.models_toolbar import ModelsToolbar
from chatbot.ui.notice_bar import NoticeBar
from chatbot.worker.models_handle import ModelsHandle

_REPLACE = "replace"


class ModelsPage(QDialog):
    """Opens without blocking the window. Nothing is asked of another computer without a click here.

    Signals:
        default_model_chosen(str): new conversations shall use this model.
        models_changed(): a model was added, replaced or removed.
        comparison_wanted(str): this model and another one shall answer the same message.
        personal_wanted(): a model shall be made from a person's chats.
    """

    default_model_chosen = Signal(str)
    models_changed = Signal()
    comparison_wanted = Signal(str)
    personal_wanted = Signal()

    def __init__(self, handle: ModelsHandle, default_model_id: str, parent: QWidget | None = None,
                 questions: ModelQuestions | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Models"))
        self.setAcceptDrops(True)
        self._handle = handle
        self._default_id = default_model_id
        self._ask = questions or ModelQuestions(self)
        self._busy_with = ""
        self._shelf: ModelShelf | None = None
        self._to_replace: Path | None = None
        self.model = ModelListModel(self)
        self.list = ModelListView(self.model, self)
        self.details = ModelDetails(self)
        self.toolbar = ModelsToolbar(self)
        self.notice = NoticeBar(self)
        self._actions = {"use": self._use, "download": self._download, "update": self._download,
                         "resume": self._download, "pause": self._pause, "cancel": self._cancel,
                         "compare": self._compare, "verify": self._verify, "open_folder": self._open_folder,
                         "delete": self._delete}
        self._wishes = {"add_personal": self.personal_wanted.emit, "add_folder": self._add_folder,
                        "add_zip": self._add_zip, "look": self._look, "add_catalogue": self._add_catalogue,
                        "move": self._move}
        self.model.set_default(default_model_id)
        self._arrange()
        self._connect()
        handle.refresh()

    def add(self, path: Path, may_replace: bool = False) -> None:
        """Install the model in a folder or zip file."""
        self._to_replace = path
        self._handle.add(path, may_replace)

    @property
    def chosen(self) -> ModelRow | None:
        """The model that is shown on the right."""
        return self.model.row_at(self.list.currentIndex())

    def _arrange(self) -> None:
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.addWidget(self.list)
        splitter.addWidget(self.details)
        splitter.setStretchFactor(1, 1)
        splitter.setChildrenCollapsible(False)
        splitter.setSizes([theme.scaled(270), theme.scaled(610)])
        box = QVBoxLayout(self)
        box.setContentsMargins(*[theme.scaled(14)] * 4)
        box.setSpacing(theme.scaled(10))
        box.addWidget(self.notice)
        box.addWidget(splitter, 1)
        box.addWidget(self.toolbar)
        self.resize(theme.scaled(920), theme.scaled(600))

    def _connect(self) -> None:
        self._handle.shelf_ready.connect(self._on_shelf_ready)
        self._handle.progress_ready.connect(self._on_progress_ready)
        self._handle.job_done.connect(self._on_job_done)
        self._handle.job_failed.connect(self._on_job_failed)
        self._handle.busy_changed.connect(self._on_busy_changed)
        self.list.selectionModel().currentChanged.connect(self._on_current_changed)
        self.details.action_chosen.connect(self._on_action_chosen)
        self.details.card.address_chosen.connect(self._on_address_chosen)
        self.toolbar.wish_chosen.connect(self._on_wish_chosen)
        self.toolbar.catalogue_unwanted.connect(self._handle.remove_catalogue)
        self.notice.action_chosen.connect(self._on_notice_action)

    # answers of the handle
    @Slot(object)
    def _on_shelf_ready(self, shelf: ModelShelf) -> None:
        self._shelf = shelf
        kept = self.chosen.id if self.chosen else self._default_id
        self.model.show_rows(list(shelf.rows))
        self.toolbar.show_shelf(shelf)
        number = max(0, self.model.row_of(kept)) if shelf.rows else -1
        self.list.selectionModel().setCurrentIndex(self.model.index(number),
                                                   QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._show_chosen()

    @Slot(object)
    def _on_progress_ready(self, progress: TransferProgress) -> None:
        is_first = self.model.progress_of(progress.model_id) is None
        self.model.show_progress(progress)
        if self.chosen is not None and self.chosen.id == progress.model_id:
            if is_first or progress.phase != "fetching":
                self._show_chosen()
            else:
                self.details.show_progress(progress)

    @Slot(object)
    def _on_job_done(self, job: ModelJob) -> None:
        self.model.end_progress(job.model_id)
        texts = {"added": self.tr("The model {0} was added."), "installed": self.tr("The model {0} is installed."),
                 "removed": self.tr("The model {0} was deleted."), "verified": self.tr("The model {0} is in order."),
                 "moved": self.tr("The models are in {0} now.")}
        if job.what in texts:
            self.notice.show_notice(texts[job.what].format(job.model_id))
        if job.what in ("added", "installed", "removed", "moved"):
            self.models_changed.emit()
        self._show_chosen()

    @Slot(object)
    def _on_job_failed(self, problem: Problem) -> None:
        self.model.end_progress(str(problem.details.get("model_id", "")))
        if problem.code == "model_exists" and self._to_replace is not None:
            self.notice.show_notice(problem_text.sentence(problem), _REPLACE, self.tr("Replace it"), stays=True)
        else:
            self.notice.show_notice(problem_text.sentence(problem), is_bad=True, stays=True)
        self._show_chosen()

    @Slot(str)
    def _on_busy_changed(self, what: str) -> None:
        self._busy_with = what
        self.toolbar.set_busy(bool(what))
        self._show_chosen()

    # wishes of the person
    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, _current: QModelIndex, _previous: QModelIndex) -> None:
        self._show_chosen()

    @Slot(str)
    def _on_action_chosen(self, action: str) -> None:
        row = self.chosen
        if row is not None:
            self._actions[action](row)

    @Slot(str)
    def _on_wish_chosen(self, wish: str) -> None:
        self._wishes[wish]()

    @Slot(str)
    def _on_notice_action(self, action: str) -> None:
        if action == _REPLACE and self._to_replace is not None:
            self.add(self._to_replace, may_replace=True)

    @Slot(str)
    def _on_address_chosen(self, address: str) -> None:
        if self._ask.may_open(address):
            QDesktopServices.openUrl(QUrl(address))

    def _use(self, row: ModelRow) -> None:
        self._default_id = row.id
        self.model.set_default(row.id)
        self.default_model_chosen.emit(row.id)
        self._show_chosen()

    def _download(self, row: ModelRow) -> None:
        if row.source is not None:
            self._handle.download(row.id, row.source)

    def _pause(self, row: ModelRow) -> None:
        self._handle.pause(row.id)

    def _cancel(self, row: ModelRow) -> None:
        self._handle.cancel(row.id)

    def _compare(self, row: ModelRow) -> None:
        self.comparison_wanted.emit(row.id)

    def _verify(self, row: ModelRow) -> None:
        self._handle.verify(row.id)

    def _open_folder(self, row: ModelRow) -> None:
        if row.folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(row.folder)))

    def _delete(self, row: ModelRow) -> None:
        if row.folder is not None and self._ask.may_delete(row):
            self._handle.remove(row.folder)

    def _add_folder(self) -> None:
        path = self._ask.folder_to_add()
        if path is not None:
            self.add(path)

    def _add_zip(self) -> None:
        path = self._ask.zip_to_add()
        if path is not None:
            self.add(path)

    def _look(self) -> None:
        if self._shelf is not None and not self._shelf.catalogues:
            self._add_catalogue()
        else:
            self._handle.ask_catalogues()

    def _add_catalogue(self) -> None:
        address = self._ask.catalogue_address()
        if address is not None:
            self._handle.add_catalogue(address)

    def _move(self) -> None:
        folder = self._ask.folder_to_move_to(self._shelf.folder) if self._shelf is not None else None
        if folder is not None:
            self._handle.move(folder)

    def _show_chosen(self) -> None:
        row = self.chosen
        progress = self.model.progress_of(row.id) if row is not None else None
        is_default = row is not None and row.id == self._default_id and row.stage is ModelStage.INSTALLED
        self.details.show_row(row, progress, is_default=is_default, is_busy=bool(self._busy_with),
                              can_compare=self.model.installed_count > 1)

    # drag and drop
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Folders and zip files of this computer may be dropped."""
        if dropped_packages(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Install what was dropped."""
        for path in dropped_packages(event):
            self.add(path)
        event.acceptProposedAction()


def dropped_packages(event: QDropEvent) -> list[Path]:
    """The folders and zip files in a drop."""
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return [path for path in paths if path.is_dir() or path.suffix.lower() == ".zip"]
