"""What is kept on this computer, how large it is, and plainly what is not protected."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import (QAbstractItemView, QHBoxLayout, QHeaderView, QLabel, QPushButton, QTableWidget,
                               QTableWidgetItem, QVBoxLayout, QWidget)

from chatbot import paths
from chatbot.ui import icons, theme
from chatbot.ui.kept_files import KeptFile, kept_files


class PrivacyPage(QWidget):
    """The list of kept files is read anew whenever the page comes into view."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.files: list[KeptFile] = []
        self.promise = self._paragraph(self.tr(
            "Nothing you write leaves this computer. The program opens a connection only when you ask it to download "
            "a model; there is no account, no telemetry and no update check of its own."))
        self.warning = self._paragraph(self.tr(
            "The files are not encrypted. Only your user account may read them, but whoever can use your account, "
            "your disk or your backups can read your conversations. If that matters, encrypt the disk. "
            "Deleted conversations are kept for a month, so that they can be brought back, and then erased."))
        self.total = QLabel(self)
        self.total.setProperty("role", "section")
        self.table = self._make_table()
        self.open_button = QPushButton(self.tr("&Open folder"), self)
        self.open_button.setAutoDefault(False)
        self.open_button.clicked.connect(self._on_open_clicked)
        icons.assign(self.open_button, "folder", "muted_text")
        self.refresh_button = QPushButton(self.tr("&Refresh"), self)
        self.refresh_button.setAutoDefault(False)
        self.refresh_button.clicked.connect(self.refresh)
        icons.assign(self.refresh_button, "regenerate", "muted_text")
        self._arrange()

    @Slot()
    def refresh(self) -> None:
        """Read the list of files again."""
        self.files = kept_files()
        size = QLocale().formattedDataSize(sum(file.bytes for file in self.files))
        self.total.setText(self.tr("%n file(s), {0}", "", len(self.files)).format(size))
        self.table.verticalHeader().setDefaultSectionSize(self.table.fontMetrics().height() + theme.scaled(10))
        self.table.setRowCount(len(self.files))
        for row, file in enumerate(self.files):
            self._fill_row(row, file)

    def showEvent(self, event: QShowEvent) -> None:
        """Show what is there now."""
        super().showEvent(event)
        self.refresh()

    def _fill_row(self, row: int, file: KeptFile) -> None:
        words = self.tr("yes") if file.has_own_words else self.tr("no")
        texts = (file.path.name, file.purpose_text, words, QLocale().formattedDataSize(file.bytes))
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            item.setToolTip(str(file.path))
            if column == 3:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.table.setItem(row, column, item)

    def _paragraph(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setWordWrap(True)
        return label

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 4, self)
        table.setAccessibleName(self.tr("Files the program keeps"))
        table.setHorizontalHeaderLabels([self.tr("File"), self.tr("What it is"), self.tr("Your words"),
                                         self.tr("Size")])
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column in range(4):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        table.horizontalHeaderItem(3).setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return table

    def _arrange(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.scaled(10))
        for each in (self.promise, self.warning, self.total):
            layout.addWidget(each)
        layout.addWidget(self.table, 1)
        place = QLabel(str(paths.data_folder()), self)
        place.setProperty("role", "muted")
        place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        place.setWordWrap(True)
        layout.addWidget(place)
        line = QHBoxLayout()
        line.addWidget(self.open_button)
        line.addWidget(self.refresh_button)
        line.addStretch(1)
        layout.addLayout(line)

    @Slot()
    def _on_open_clicked(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(paths.data_folder())))
