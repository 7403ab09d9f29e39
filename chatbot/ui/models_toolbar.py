"""The lower edge of the models page: disk use, adding, catalogues, moving."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QWidget

from chatbot.core.models import ModelShelf
from chatbot.ui import icons, theme
from chatbot.ui.model_texts import size_text


class ModelsToolbar(QWidget):
    """Signals:
        wish_chosen(str): ``add_personal``, ``add_folder``, ``add_zip``, ``look``, ``add_catalogue`` or ``move``.
        catalogue_unwanted(str): an address to forget.
    """

    wish_chosen = Signal(str)
    catalogue_unwanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.disk = QLabel(self)
        self.disk.setProperty("role", "muted")
        self.disk.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.add_button = QPushButton(self.tr("Add model"), self)
        self.look_button = QPushButton(self.tr("Look for models"), self)
        self.look_button.setObjectName("wish_look")
        self.look_button.setToolTip(self.tr("Asks your catalogues what they offer. Without your click nothing is "
                                            "asked."))
        self.more_button = QPushButton(self.tr("Catalogues and folder"), self)
        icons.assign(self.add_button, "plus")
        icons.assign(self.look_button, "search")
        icons.assign(self.more_button, "more")
        self._add_menu, self._more_menu = QMenu(self), QMenu(self)
        self._add_wish(self._add_menu, "add_personal", self.tr("From your chats…"), "user")
        self._add_wish(self._add_menu, "add_folder", self.tr("From a folder…"), "folder")
        self._add_wish(self._add_menu, "add_zip", self.tr("From a zip file…"), "import")
        self.add_button.setMenu(self._add_menu)
        self.more_button.setMenu(self._more_menu)
        self.look_button.clicked.connect(self._on_wish_triggered)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.scaled(8))
        for widget in (self.add_button, self.look_button, self.more_button):
            widget.setAutoDefault(False)
            row.addWidget(widget)
        row.addWidget(self.disk, 1)
        self._show_catalogues(())

    def show_shelf(self, shelf: ModelShelf) -> None:
        """Disk use and catalogues."""
        self.disk.setText(self.tr("Models use {0}; {1} are free").format(size_text(shelf.used_bytes),
                                                                         size_text(shelf.free_bytes)))
        self.disk.setToolTip(str(shelf.folder))
        self._show_catalogues(shelf.catalogues)

    def set_busy(self, is_busy: bool) -> None:
        """A longer job runs: no other can be begun."""
        for button in (self.add_button, self.look_button, self.more_button):
            button.setEnabled(not is_busy)

    def _show_catalogues(self, addresses: tuple[str, ...]) -> None:
        self._more_menu.clear()
        self._add_wish(self._more_menu, "add_catalogue", self.tr("Add a catalogue…"), "plus")
        if addresses:
            forget = self._more_menu.addMenu(self.tr("Forget a catalogue"))
            for address in addresses:
                action = forget.addAction(address.replace("&", "&&"))
                action.setData(address)
                action.triggered.connect(self._on_forget_triggered)
        self._more_menu.addSeparator()
        self._add_wish(self._more_menu, "move", self.tr("Move the folder of models…"), "folder")

    def _add_wish(self, menu: QMenu, wish: str, text: str, picture: str) -> None:
        action = QAction(text, menu)
        action.setObjectName(f"wish_{wish}")
        icons.assign(action, picture)
        action.triggered.connect(self._on_wish_triggered)
        menu.addAction(action)

    @Slot()
    def _on_wish_triggered(self) -> None:
        self.wish_chosen.emit(self.sender().objectName().removeprefix("wish_"))

    @Slot()
    def _on_forget_triggered(self) -> None:
        self.catalogue_unwanted.emit(self.sender().data())
