"""The live picture of the next token: bars before and after the settings, and the same as a list of words.

The plotting library takes most of a second to import, so that happens in a thread of its own the first time there is
something to show. Until then, and whenever the user prefers it, the list is shown.
"""

from __future__ import annotations

import importlib
import threading

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import (QAbstractItemView, QHBoxLayout, QHeaderView, QLabel, QStackedLayout, QTableWidget,
                               QTableWidgetItem, QToolButton, QVBoxLayout, QWidget)

from chatbot.core.replies import Distribution, TokenChance
from chatbot.ui import fonts, icons, theme

SHOWN_TOKENS = 12
END_OF_REPLY = "\u23ce"
"""How the engine shows the token that ends a reply."""


def shown_token(text: str) -> str:
    """A token as a person can read it: spaces and line ends made visible, the space before a word dropped."""
    if text == END_OF_REPLY:
        return QCoreApplication.translate("DistributionView", "end of reply")
    if not text.strip():
        return text.replace("\n", "\u21b5").replace("\t", "\u21e5").replace(" ", "\u2423") or "\u2205"
    return "".join("\u21b5" if each == "\n" else each if each.isprintable() else "\ufffd" for each in text.strip(" "))


def percent(share: float) -> str:
    """A probability for people: whole percents, one decimal below ten, and never a rounded zero."""
    if share <= 0:
        return "0 %"
    if share < 0.001:
        return "< 0.1 %"
    return f"{share * 100:.1f} %" if share < 0.0995 else f"{share * 100:.0f} %"


def cut_share(distribution: Distribution) -> float:
    """The base probability that the settings removed; without word from the engine, of the listed tokens alone."""
    if distribution.cut is not None:
        return distribution.cut
    return sum(chance.base for chance in distribution.chances if chance.shaped <= 0)


class PlotLibrary(QObject):
    """Imports pyqtgraph in a thread of its own, once.

    Signals:
        ready: the import is done; ``is_there`` says whether it worked.
    """

    ready = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_there = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to import unless that was begun before."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._import, name="plot library", daemon=True)
            self._thread.start()

    def _import(self) -> None:
        try:
            importlib.import_module("pyqtgraph")
            self.is_there = True
        except ImportError:
            self.is_there = False  # the list stands in
        try:
            self.ready.emit()
        except RuntimeError:
            pass  # the window was closed meanwhile


class DistributionView(QWidget):
    """Title, one line of numbers, and the picture or list.

    Signals:
        shown_changed(bool): the user opened or closed it.
    """

    shown_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._distribution: Distribution | None = None
        self._library = PlotLibrary()  # no parent: its thread may speak through it after the window is gone
        self._library.ready.connect(self._on_library_ready)
        self._plot: QWidget | None = None
        self.fold_button = self._button(self.tr("The next token"), self.tr("Show or hide the next token"))
        self.fold_button.setChecked(True)
        self.fold_button.setProperty("role", "fold")
        self.fold_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.fold_button.toggled.connect(self._on_fold_toggled)
        self.list_button = self._button("", self.tr("Show as a list"))
        self.list_button.toggled.connect(self._on_list_toggled)
        self.numbers = QLabel(self)
        self.numbers.setWordWrap(True)
        self.numbers.setProperty("role", "muted")
        self.numbers.setToolTip(self.tr("Entropy says how open the choice is: each bit doubles it. In brackets the "
                                        "model's own, before the settings. Cut is the probability of the tokens that "
                                        "the settings exclude."))
        self.empty = QLabel(self.tr("Shown as soon as the model is ready and a conversation is open."), self)
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setProperty("role", "muted")
        self.table = self._make_table()
        self._arrange()
        icons.assign(self.list_button, "list", "muted_text")
        self._show()

    # ---- what the panel calls ----

    @property
    def is_shown(self) -> bool:
        """Whether it is open."""
        return self.fold_button.isChecked()

    def set_shown(self, is_shown: bool) -> None:
        """Open or close it."""
        self.fold_button.setChecked(is_shown)

    def show_distribution(self, distribution: Distribution | None) -> None:
        """Show ``distribution``; None: nothing to show."""
        self._distribution = distribution
        if distribution is not None and self.is_shown:
            self._library.start()
        self._show()

    def adapt_to_font(self) -> None:
        """Sizes that follow from the font."""
        small = fonts.small(self.font())
        for each in (self.numbers, self.empty, self.table):
            each.setFont(small)
        row = self.table.fontMetrics().height() + theme.scaled(6)
        self.table.verticalHeader().setMinimumSectionSize(1)
        self.table.verticalHeader().setDefaultSectionSize(row)
        self._body.setFixedHeight(row * SHOWN_TOKENS + self.table.horizontalHeader().sizeHint().height()
                                  + theme.scaled(6))
        if self._plot is not None:
            self._plot.adapt_to_theme()
        icons.assign(self.fold_button, "chevron-down" if self.is_shown else "chevron-right", "muted_text")
        self._show()

    # ---- building ----

    def _button(self, text: str, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setCheckable(True)
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 3, self)
        table.setAccessibleName(self.tr("Likeliest next tokens"))
        table.setHorizontalHeaderLabels([self.tr("Token"), self.tr("Model"), self.tr("With settings")])
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        header = table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        header.setHighlightSections(False)
        for column in range(3):
            side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
            table.horizontalHeaderItem(column).setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        return table

    def _arrange(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.scaled(4))
        line = QHBoxLayout()
        line.addWidget(self.fold_button)
        line.addStretch(1)
        line.addWidget(self.list_button)
        layout.addLayout(line)
        layout.addWidget(self.numbers)
        self._body = QWidget(self)
        self._pages = QStackedLayout(self._body)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self.table)
        layout.addWidget(self._body)

    # ---- showing ----

    def _show(self) -> None:
        distribution, is_shown = self._distribution, self.is_shown
        self._body.setVisible(is_shown)
        self.list_button.setVisible(is_shown)
        self.numbers.setVisible(is_shown and distribution is not None)
        if distribution is None:
            self._pages.setCurrentWidget(self.empty)
            return
        self.numbers.setText(self._sentence(distribution))
        chances = distribution.chances[:SHOWN_TOKENS]
        if self._plot is None or self.list_button.isChecked():
            self._fill_table(chances)
            self._pages.setCurrentWidget(self.table)
        elif is_shown:
            self._plot.show_chances(chances)
            self._plot.setAccessibleDescription(self._in_words(chances))
            self._pages.setCurrentWidget(self._plot)

    def _sentence(self, distribution: Distribution) -> str:
        cut = percent(cut_share(distribution))
        if distribution.base_entropy_bits is None:
            return self.tr("Entropy {0} bits \u00b7 {1} cut").format(f"{distribution.entropy_bits:.2f}", cut)
        return self.tr("Entropy {0} bits (was {1}) \u00b7 {2} cut").format(
            f"{distribution.entropy_bits:.2f}", f"{distribution.base_entropy_bits:.2f}", cut)

    def _in_words(self, chances: tuple[TokenChance, ...]) -> str:
        return "; ".join(self.tr("{0}: {1}, without settings {2}").format(
            shown_token(chance.text), percent(chance.shaped), percent(chance.base)) for chance in chances)

    def _fill_table(self, chances: tuple[TokenChance, ...]) -> None:
        self.table.setRowCount(len(chances))
        for row, chance in enumerate(chances):
            for column, text in enumerate((shown_token(chance.text), percent(chance.base), percent(chance.shaped))):
                item = self.table.item(row, column)
                if item is None:
                    item = QTableWidgetItem()
                    if column:
                        item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                    self.table.setItem(row, column, item)
                item.setText(text)

    # ---- facts ----

    @Slot()
    def _on_library_ready(self) -> None:
        if self._library.is_there and self._plot is None:
            from chatbot.ui.distribution_plot import DistributionPlot
            self._plot = DistributionPlot(self)
            self._plot.setAccessibleName(self.tr("Picture of the likeliest next tokens"))
            self._pages.addWidget(self._plot)
            self._show()

    @Slot(bool)
    def _on_fold_toggled(self, is_shown: bool) -> None:
        icons.assign(self.fold_button, "chevron-down" if is_shown else "chevron-right", "muted_text")
        if is_shown and self._distribution is not None:
            self._library.start()
        self._show()
        self.shown_changed.emit(is_shown)

    @Slot()
    def _on_list_toggled(self) -> None:
        self._show()
