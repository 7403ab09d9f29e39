"""The preferences. Every change applies at once and is saved at once; there is nothing to confirm."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (QApplication, QDialog, QDialogButtonBox, QFrame, QHBoxLayout, QLabel, QListWidget,
                               QListWidgetItem, QScrollArea, QStackedWidget, QVBoxLayout, QWidget)

from chatbot.core.errors import KnownError, Problem
from chatbot.core.replies import ModelSummary
from chatbot.settings import Settings
from chatbot.ui import fonts, icons, problem_text, theme
from chatbot.ui.preference_rows import ChoiceRow, NumberRow, PreferenceRow, SwitchRow
from chatbot.ui.privacy_page import PrivacyPage
from chatbot.ui.translations import LANGUAGES


class PreferencesDialog(QDialog):
    """Pages of settings beside a list of their names.

    Signals:
        setting_changed(str): the setting of this name has a new value; it is applied as far as the dialog can.
    """

    setting_changed = Signal(str)

    def __init__(self, settings: Settings, models: Sequence[ModelSummary] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.setWindowTitle(self.tr("Preferences"))
        self.rows: dict[str, PreferenceRow] = {}
        self.names = QListWidget(self)
        self.names.setProperty("role", "pages")
        self.names.setAccessibleName(self.tr("Pages"))
        self.pages = QStackedWidget(self)
        self.problem = QLabel(self)
        self.problem.setProperty("role", "danger")
        self.problem.setWordWrap(True)
        self.problem.hide()
        self._icon_names: list[str] = []
        self._add_page(self.tr("Appearance"), "appearance", self._appearance_rows())
        self._add_page(self.tr("Chat"), "message", self._chat_rows(models))
        self._add_page(self.tr("Speed"), "speed", self._speed_rows())
        self.privacy = PrivacyPage(self)
        self._add_widget(self.tr("Privacy and storage"), "lock", self.privacy)
        self._arrange()
        self.names.currentRowChanged.connect(self.pages.setCurrentIndex)
        self.names.setCurrentRow(0)
        theme.watcher().theme_changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.show_settings()

    def show_settings(self) -> None:
        """Show the settings as they are now."""
        for name, row in self.rows.items():
            row.show_value(getattr(self._settings, name))

    # ---- pages ----

    def _appearance_rows(self) -> list[PreferenceRow | QLabel]:
        families = [("", self.tr("The desktop's own"))]
        families += [(family, family) for family in QFontDatabase.families() if not family.startswith((".", "@"))]
        languages = [("system", self.tr("As the desktop"))] + list(LANGUAGES.items())
        rows: list[PreferenceRow | QLabel] = [
            ChoiceRow("theme", self.tr("&Theme"), [("system", self.tr("As the desktop")), ("light", self.tr("Light")),
                                                   ("dark", self.tr("Dark"))]),
            NumberRow("zoom_percent", self.tr("&Size"), 5, " %"),
            ChoiceRow("font_family", self.tr("&Font"), families),
            ChoiceRow("language", self.tr("&Language"), languages),
            SwitchRow("reduce_motion", self.tr("&Reduce motion")),
        ]
        return rows + self._missing_fonts()

    def _missing_fonts(self) -> list[PreferenceRow | QLabel]:
        missing = [each.script for each in fonts.coverage() if each.is_expected and not each.is_present]
        if not missing:
            return []
        label = QLabel(self.tr("This computer has no font for: {0}. Such text shows as boxes; About names what to "
                               "install.").format(", ".join(missing)))
        label.setWordWrap(True)
        label.setProperty("role", "warning")
        return [label]

    def _chat_rows(self, models: Sequence[ModelSummary]) -> list[PreferenceRow | QLabel]:
        choices = [("", self.tr("The included one"))]
        choices += [(model.id, model.name) for model in models]
        return [
            ChoiceRow("send_key", self.tr("&Send with"), [("enter", self.tr("Enter")),
                                                          ("ctrl_enter", self.tr("Ctrl+Enter"))]),
            ChoiceRow("model_id", self.tr("&Model of new conversations"), choices),
            SwitchRow("are_suggestions_shown", self.tr("Suggest the next &words while writing")),
            SwitchRow("are_times_shown", self.tr("Show &times")),
            SwitchRow("are_statistics_shown", self.tr("Show &how fast replies were written")),
        ]

    def _speed_rows(self) -> list[PreferenceRow | QLabel]:
        note = QLabel(self.tr("More threads are not always faster: on a busy computer one thread often writes "
                              "fastest. A change takes effect at the next start."))
        note.setWordWrap(True)
        note.setProperty("role", "muted")
        return [NumberRow("threads", self.tr("Processor &threads"), 1, "", self.tr("automatic")), note]

    def _add_page(self, title: str, icon: str, rows: list[PreferenceRow | QLabel]) -> None:
        page = QWidget(self)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, theme.scaled(8), 0)
        layout.setSpacing(theme.scaled(18))
        for row in rows:
            layout.addWidget(row)
            if isinstance(row, PreferenceRow):
                self.rows[row.name] = row
                row.value_changed.connect(self._on_value_changed)
        layout.addStretch(1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        self._add_widget(title, icon, area)

    def _add_widget(self, title: str, icon: str, widget: QWidget) -> None:
        self.names.addItem(QListWidgetItem(title))
        self._icon_names.append(icon)
        widget.setAccessibleName(title)
        self.pages.addWidget(widget)

    def _arrange(self) -> None:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[theme.scaled(16)] * 4)
        layout.setSpacing(theme.scaled(12))
        line = QHBoxLayout()
        line.setSpacing(theme.scaled(20))
        line.addWidget(self.names)
        line.addWidget(self.pages, 1)
        layout.addLayout(line, 1)
        layout.addWidget(self.problem)
        layout.addWidget(buttons)

    # ---- changes ----

    @Slot(str, object)
    def _on_value_changed(self, name: str, value: object) -> None:
        setattr(self._settings, name, value)
        if name in ("theme", "zoom_percent", "font_family"):
            self._apply_looks()
        self.setting_changed.emit(name)
        try:
            self._settings.save()
            self.problem.hide()
        except KnownError as error:
            self.problem.setText(problem_text.sentence(Problem.from_error(error)))
            self.problem.show()

    def _apply_looks(self) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply_theme(app, self._settings.theme, self._settings.zoom_percent, self._settings.font_family)

    @Slot()
    def _on_theme_changed(self) -> None:
        side = theme.scaled(18)
        self.names.setIconSize(QSize(side, side))
        for index, name in enumerate(self._icon_names):
            self.names.item(index).setIcon(icons.icon(name, "muted_text"))
        metrics = self.names.fontMetrics()
        widest = max(metrics.horizontalAdvance(self.names.item(row).text()) for row in range(self.names.count()))
        self.names.setFixedWidth(widest + theme.scaled(64))
        for row in self.rows.values():
            row.adapt_to_font()
        screen = self.screen().availableGeometry()
        self.resize(min(theme.scaled(760), screen.width()), min(theme.scaled(540), screen.height()))
