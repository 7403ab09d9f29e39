"""Third page of making a personal model: private data that was found, and which kinds are masked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QLocale, QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import (QAbstractItemView, QCheckBox, QGridLayout, QHBoxLayout, QHeaderView, QLabel, QLineEdit,
                               QPushButton, QTableView, QVBoxLayout, QWidget)

from chatbot.core.personal import LogOverview
from chatbot.ui import theme
from chatbot.ui.finding_delegate import FindingDelegate

KINDS = ("link", "email", "phone", "address", "card", "iban", "number", "name")
_COLUMNS = 3
_CONTEXT_CHARS = 30
"""So much of a message is shown on each side of a finding; less means that it ends there."""


class FindingsModel(QAbstractTableModel):
    """Kind, text in its surroundings, speaker of each finding."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._items: Sequence[Any] = ()
        self._headers = (self.tr("Kind"), self.tr("Found"), self.tr("Who"))
        self.kind_names: dict[str, str] = {}

    def show(self, items: Sequence[Any]) -> None:
        """Show these findings."""
        self.beginResetModel()
        self._items = items
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._items)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return _COLUMNS

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.UserRole)
        if not index.isValid() or role not in roles:
            return None
        item = self._items[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return _parts(item) if index.column() == 1 else None
        if index.column() == 0:
            return self.kind_names.get(item.kind, item.kind)
        if index.column() == 2:
            return item.speaker
        return "{}\u00bb{}\u00ab{}".format(*_parts(item))

    def headerData(self, section: int, orientation: Qt.Orientation,
                   role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return self._headers[section]
        return None


def _parts(item: Any) -> tuple[str, str, str]:
    """What stands before, what was found, what stands after; on one line, with dots where the message goes on."""
    before, found, after = (text.replace("\n", " ") for text in (item.before, item.found, item.after))
    return (f"…{before}" if len(before) >= _CONTEXT_CHARS else before, found,
            f"{after}…" if len(after) >= _CONTEXT_CHARS else after)


class PersonalReviewPage(QWidget):
    """Signals: names_changed(list[str]): the log is to be searched again with these names."""

    names_changed = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        names = (self.tr("Links"), self.tr("E-mail addresses"), self.tr("Phone numbers"), self.tr("Addresses"),
                 self.tr("Card numbers"), self.tr("Bank accounts"), self.tr("Long numbers"), self.tr("Names below"))
        self._titles = dict(zip(KINDS, names, strict=True))
        self.checks: dict[str, QCheckBox] = {}
        self._all: tuple[Any, ...] = ()
        self.model = FindingsModel(self)
        self.model.kind_names = dict(zip(KINDS, (
            self.tr("Link"), self.tr("E-mail address"), self.tr("Phone number"), self.tr("Address"),
            self.tr("Card number"), self.tr("Bank account"), self.tr("Long number"), self.tr("Name")), strict=True))
        self.table = QTableView(self)
        self.table.setModel(self.model)
        self.table.setAccessibleName(self.tr("Private data that was found"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.setItemDelegateForColumn(1, FindingDelegate(self.table))
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.names = QLineEdit(self)
        self.names.setPlaceholderText(self.tr("Names to mask too, with commas between them"))
        self.names.setAccessibleName(self.tr("Names to mask"))
        self.names.returnPressed.connect(self._on_names)
        self.search_button = QPushButton(self.tr("Look for them"), self)
        self.search_button.clicked.connect(self._on_names)
        self._build()

    def _build(self) -> None:
        title = QLabel(self.tr("What is ticked is replaced by a word such as [phone] before anything is learned. This "
                               "search is careful, but it cannot find everything."), self)
        title.setWordWrap(True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.scaled(20))
        for number, kind in enumerate(KINDS):
            box = QCheckBox(self._titles[kind], self)
            box.setChecked(True)
            box.toggled.connect(self._on_toggled)
            self.checks[kind] = box
            grid.addWidget(box, number // 4, number % 4)
        line = QHBoxLayout()
        line.addWidget(self.names, 1)
        line.addWidget(self.search_button)
        self.count = QLabel(self)
        self.count.setProperty("role", "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.scaled(8))
        layout.addWidget(title)
        layout.addLayout(grid)
        layout.addLayout(line)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.count)

    def show_log(self, overview: LogOverview) -> None:
        """Show what was found."""
        found = overview.report.private_data
        for kind, box in self.checks.items():
            number = QLocale().toString(found.get(kind, 0))
            box.setText(self.tr("{0} ({1})").format(self._titles[kind], number))
        self._all = overview.review
        self._filter()

    @property
    def kept_kinds(self) -> tuple[str, ...]:
        """Kinds that are not masked."""
        return tuple(kind for kind, box in self.checks.items() if not box.isChecked())

    @property
    def chosen_names(self) -> tuple[str, ...]:
        """Names that are masked."""
        return tuple(name.strip() for name in self.names.text().split(",") if name.strip())

    def _filter(self) -> None:
        kept = self.kept_kinds
        shown = [item for item in self._all if item.kind not in kept]
        self.model.show(shown)
        self.table.resizeColumnToContents(0)
        self.count.setText(self.tr("%n finding(s) shown", "", len(shown)))

    @Slot(bool)
    def _on_toggled(self, _: bool) -> None:
        self._filter()

    @Slot()
    def _on_names(self) -> None:
        self.names_changed.emit(list(self.chosen_names))
