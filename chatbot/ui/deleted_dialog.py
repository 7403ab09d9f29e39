"""Deleted conversations: bring them back, or erase them before their month is over."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale, QSize, Qt, Slot
from PySide6.QtWidgets import (QAbstractItemView, QDialog, QDialogButtonBox, QHeaderView, QLabel, QPushButton,
                               QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget)

from chatbot.core.messages import KEPT_DELETED_SECONDS, DeletedConversation
from chatbot.ui import theme
from chatbot.ui.conversation_shelf import ConversationShelf
from chatbot.ui.model_questions import Confirm, is_confirmed


class DeletedDialog(QDialog):
    """The conversations that were deleted and not erased yet, the latest deleted first."""

    def __init__(self, shelf: ConversationShelf, parent: QWidget | None = None,
                 confirm: Confirm = is_confirmed) -> None:
        super().__init__(parent)
        self._shelf, self._confirm = shelf, confirm
        self.setWindowTitle(self.tr("Deleted conversations"))
        self.note = QLabel(self.tr("Deleted conversations can be brought back for 30 days. Then they are erased at a "
                                   "start of the program, and with the next backups nothing is left of them."), self)
        self.note.setWordWrap(True)
        self.note.setProperty("role", "muted")
        self.tree = self._make_tree()
        self.nothing = QLabel(self.tr("Nothing was deleted in the last 30 days."), self)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.back, self.erase = QPushButton(self.tr("&Bring back")), QPushButton(self.tr("&Erase now…"))
        self.back.setProperty("role", "primary")
        self.erase.setProperty("role", "danger")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.addButton(self.back, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.erase, QDialogButtonBox.ButtonRole.DestructiveRole)
        self.back.setDefault(True)
        self.erase.setAutoDefault(False)  # Enter never erases
        self.back.clicked.connect(self._on_back)
        self.erase.clicked.connect(self._on_erase)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[theme.scaled(16)] * 4)
        layout.setSpacing(theme.scaled(10))
        for each in (self.note, self.tree, self.nothing, buttons):
            layout.addWidget(each)
        self.resize(theme.scaled(560), theme.scaled(420))
        self._shelf.changed.connect(self.show_all)
        self.show_all()

    def _make_tree(self) -> QTreeWidget:
        tree = QTreeWidget(self)
        tree.setAccessibleName(self.tr("Deleted conversations"))
        tree.setHeaderLabels([self.tr("Conversation"), self.tr("Deleted"), self.tr("Erased after")])
        tree.setRootIsDecorated(False)
        tree.setUniformRowHeights(True)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        tree.header().setStretchLastSection(False)
        tree.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        tree.itemSelectionChanged.connect(self._on_selection_changed)
        tree.itemActivated.connect(self._on_back)
        return tree

    @Slot()
    def show_all(self) -> None:
        """Read the list anew; the first one is selected."""
        found = self._shelf.deleted_ones()
        self.tree.clear()
        for each in found:
            self.tree.addTopLevelItem(self._item(each))
        self.tree.setVisible(bool(found))
        self.nothing.setVisible(not found)
        if found:
            self.tree.setCurrentItem(self.tree.topLevelItem(0))
        self._on_selection_changed()

    def _item(self, deleted: DeletedConversation) -> QTreeWidgetItem:
        title = deleted.conversation.title or self.tr("New conversation")
        moments = [deleted.deleted_at, deleted.deleted_at + KEPT_DELETED_SECONDS]
        item = QTreeWidgetItem([title, *(_day(moment) for moment in moments)])
        item.setData(0, Qt.ItemDataRole.UserRole, deleted.conversation.id)
        item.setToolTip(0, title)
        item.setSizeHint(0, QSize(0, self.fontMetrics().height() + theme.scaled(9)))
        return item

    def selected(self) -> list[int]:
        """Numbers of the selected conversations, from the top."""
        items = (self.tree.topLevelItem(row) for row in range(self.tree.topLevelItemCount()))
        return [item.data(0, Qt.ItemDataRole.UserRole) for item in items if item.isSelected()]

    @Slot()
    def _on_selection_changed(self) -> None:
        for button in (self.back, self.erase):
            button.setEnabled(bool(self.tree.selectedItems()))

    @Slot()
    def _on_back(self) -> None:
        self._shelf.bring_back(self.selected())

    @Slot()
    def _on_erase(self) -> None:
        chosen = self.tree.selectedItems()
        if not chosen:
            return
        if len(chosen) == 1:
            question = self.tr("Erase “{0}” for good? Only the backups of the last days still hold it, until they are "
                               "replaced.").format(chosen[0].text(0))
        else:
            question = self.tr("Erase these {0} conversations for good? Only the backups of the last days still hold "
                               "them, until they are replaced.").format(len(chosen))
        if self._confirm(self, self.tr("Erase"), question, self.tr("Erase")):
            self._shelf.erase(self.selected())


def _day(seconds: float) -> str:
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(int(seconds)).date(), QLocale.FormatType.ShortFormat)
