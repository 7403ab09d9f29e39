"""About the program: what it is and is not, versions, folders, and what this computer lacks."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (QDialog, QDialogButtonBox, QFormLayout, QHBoxLayout, QLabel, QPushButton, QTabWidget,
                               QVBoxLayout, QWidget)

from chatbot import __version__, paths
from chatbot.core.replies import ModelSummary
from chatbot.ui import fonts, icons, theme

_PACKAGES = ("torch", "sentencepiece", "pyqtgraph", "pydantic")


def _version_of(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "\u2013"


class AboutDialog(QDialog):
    """Two pages: the honest description, and the facts for a report."""

    def __init__(self, models: Sequence[ModelSummary] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Wren"))
        self._models = models
        self.facts = self._system_facts()
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self._description_page(), self.tr("About"))
        self.tabs.addTab(self._system_page(), self.tr("This computer"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[theme.scaled(16)] * 4)
        layout.addWidget(self._head())
        layout.addWidget(self.tabs, 1)
        layout.addWidget(buttons)
        self.resize(theme.scaled(560), theme.scaled(520))

    def _head(self) -> QWidget:
        head = QWidget(self)
        picture = QLabel(head)
        side = theme.scaled(56)
        ratio = self.devicePixelRatioF()
        bird = icons.pixmap("app", theme.colours().text, round(side * ratio))
        bird.setDevicePixelRatio(ratio)
        picture.setPixmap(bird)
        name = QLabel("Wren", head)
        name.setFont(fonts.small(self.font(), 1.6))
        version = QLabel(self.tr("Version {0}").format(__version__), head)
        version.setProperty("role", "muted")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(name)
        words.addWidget(version)
        line = QHBoxLayout(head)
        line.setContentsMargins(0, 0, 0, theme.scaled(6))
        line.setSpacing(theme.scaled(14))
        line.addWidget(picture)
        line.addLayout(words, 1)
        return head

    def _description_page(self) -> QWidget:
        page = QWidget(self)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, theme.scaled(12), 0, 0)
        layout.setSpacing(theme.scaled(10))
        for text in (
                self.tr("A private chatbot: a small recurrent language model that runs on this computer's processor "
                        "and remembers each conversation as a state of some kilobytes."),
                self.tr("It is small. It can chat, keep a name it was told and write in a friendly tone; it does not "
                        "know much about the world, it cannot look anything up, and it makes mistakes with full "
                        "confidence. Do not rely on what it says."),
                self.tr("Every word of a reply is chosen by chance from the probabilities the model computes. Nobody "
                        "is on the other side, and no reply is the opinion of a person."),
                self.tr("Everything stays on this computer, unencrypted, in files that only your user account may "
                        "read.")):
            label = QLabel(text, page)
            label.setWordWrap(True)
            layout.addWidget(label)
        for model in self._models:
            layout.addWidget(self._muted(self.tr("Model {0}: {1} million parameters, licence {2}").format(
                model.name, f"{model.parameters / 1e6:.1f}", model.license), page))
        layout.addStretch(1)
        layout.addWidget(self._muted(self.tr("Free software under the MIT licence. Built with Qt (LGPL) and "
                                             "PyTorch."), page))
        return page

    def _muted(self, text: str, parent: QWidget) -> QLabel:
        label = QLabel(text, parent)
        label.setWordWrap(True)
        label.setProperty("role", "muted")
        return label

    def _system_facts(self) -> list[tuple[str, str]]:
        facts = [(self.tr("Program"), __version__), ("Python", platform.python_version()),
                 ("Qt", f"{qVersion()} ({QGuiApplication.platformName()})"),
                 (self.tr("System"), platform.platform(terse=True))]
        facts += [(package, _version_of(package)) for package in _PACKAGES]
        facts += [(self.tr("Chats"), str(paths.database_file())), (self.tr("Settings"), str(paths.settings_file())),
                  (self.tr("Log"), str(paths.log_folder()))]
        missing = [each for each in fonts.coverage() if not each.is_present]
        facts.append((self.tr("Fonts"), self.tr("nothing missing") if not missing else
                      " ".join(each.advice for each in missing)))
        return facts

    def _system_page(self) -> QWidget:
        page = QWidget(self)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, theme.scaled(12), 0, 0)
        form = QFormLayout()
        form.setHorizontalSpacing(theme.scaled(16))
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        for name, value in self.facts:
            title = self._muted(name, page)
            title.setWordWrap(False)
            text = QLabel(value, page)
            text.setWordWrap(True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse
                                         | Qt.TextInteractionFlag.TextSelectableByKeyboard)
            text.setAccessibleName(f"{name}: {value}")
            form.addRow(title, text)
        layout.addLayout(form)
        layout.addStretch(1)
        copy = QPushButton(self.tr("&Copy for a report"), page)
        icons.assign(copy, "copy", "muted_text")
        copy.setAutoDefault(False)
        copy.clicked.connect(self._on_copy_clicked)
        line = QHBoxLayout()
        line.addWidget(copy)
        line.addStretch(1)
        layout.addLayout(line)
        return page

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(f"{name}: {value}" for name, value in self.facts))
