"""The list of keyboard shortcuts, with a search field. Everything in it comes from ``shortcuts``."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (QAbstractItemView, QDialog, QDialogButtonBox, QHeaderView, QLabel, QLineEdit,
                               QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget)

from chatbot.ui import icons, theme
from chatbot.ui.shortcuts import ACTIONS, KEYS_WHILE_WRITING, ActionSpec


def keys_text(spec: ActionSpec) -> str:
    """The keys of an action as this desktop writes them."""
    return "   ".join(QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in spec.keys)


class ShortcutsDialog(QDialog):
    """Groups of actions with their keys; typing narrows the list by label or key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(self.tr("Search actions and keys"))
        self.search.setAccessibleName(self.tr("Search actions and keys"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._on_search_changed)
        self.tree = self._make_tree()
        self.nothing = QLabel(self.tr("No action matches."), self)
        self.nothing.setProperty("role", "muted")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.hide()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[theme.scaled(16)] * 4)
        layout.setSpacing(theme.scaled(10))
        for each in (self.search, self.tree, self.nothing, buttons):
            layout.addWidget(each)
        self.resize(theme.scaled(480), theme.scaled(560))

    def _make_tree(self) -> QTreeWidget:
        tree = QTreeWidget(self)
        tree.setAccessibleName(self.tr("Keyboard shortcuts"))
        tree.setHeaderLabels([self.tr("Action"), self.tr("Keys")])
        tree.setRootIsDecorated(False)
        tree.setIndentation(0)
        tree.setItemsExpandable(False)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        groups: dict[str, QTreeWidgetItem] = {}
        for spec in (*ACTIONS, *KEYS_WHILE_WRITING):
            if spec.group not in groups:
                groups[spec.group] = self._group_item(tree, spec)
            item = QTreeWidgetItem(groups[spec.group], [spec.text, keys_text(spec)])
            item.setSizeHint(0, QSize(0, tree.fontMetrics().height() + theme.scaled(9)))
            item.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{spec.text}: {keys_text(spec)}")
            if spec.icon is not None:
                item.setIcon(0, icons.icon(spec.icon, "muted_text"))
        tree.expandAll()
        tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        return tree

    def _group_item(self, tree: QTreeWidget, spec: ActionSpec) -> QTreeWidgetItem:
        item = QTreeWidgetItem(tree, [spec.group_text])
        font = item.font(0)
        font.setBold(True)
        item.setFont(0, font)
        item.setForeground(0, theme.colours().muted_text)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        item.setFirstColumnSpanned(True)
        item.setSizeHint(0, QSize(0, tree.fontMetrics().height() + theme.scaled(20)))
        item.setTextAlignment(0, Qt.AlignmentFlag.AlignBottom)
        return item

    @Slot(str)
    def _on_search_changed(self, text: str) -> None:
        wanted = text.strip().casefold()
        shown = 0
        for index in range(self.tree.topLevelItemCount()):
            group = self.tree.topLevelItem(index)
            matches = 0
            for row in range(group.childCount()):
                item = group.child(row)
                is_match = wanted in item.text(0).casefold() or wanted in item.text(1).casefold()
                item.setHidden(not is_match)
                matches += is_match
            group.setHidden(matches == 0)
            shown += matches
        self.tree.setVisible(shown > 0)
        self.nothing.setVisible(shown == 0)
