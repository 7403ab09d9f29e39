"""The panel beside the transcript: how the next token is drawn and how a reply is chosen."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from chatbot.core.presets import Preset
from chatbot.core.replies import Distribution
from chatbot.core.sampling import OPTIONS_BY_NAME, Sampling
from chatbot.ui import theme
from chatbot.ui.distribution_view import DistributionView
from chatbot.ui.option_row import OptionRow
from chatbot.ui.preset_row import PresetRow
from chatbot.ui.scope_row import ScopeRow
from chatbot.ui.seed_row import SeedRow
from chatbot.ui.throttle import Throttle

INTERVAL_MS = 33
"""Thirty changes a second: as fast as the eye, and slow enough for the engine and the disk."""

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (QT_TRANSLATE_NOOP("SettingsPanel", "Drawing the next token"),
     ("temperature", "top_k", "top_p", "min_p", "typical")),
    (QT_TRANSLATE_NOOP("SettingsPanel", "Avoiding repetition"),
     ("repetition_penalty", "repetition_window", "no_repeat_ngram")),
    (QT_TRANSLATE_NOOP("SettingsPanel", "Choosing the reply"), ("whole_names", "candidates", "relevance")),
    (QT_TRANSLATE_NOOP("SettingsPanel", "Length"), ("min_tokens", "max_tokens")),
    (QT_TRANSLATE_NOOP("SettingsPanel", "Repeating a reply"), ("seed",)),
)


class SettingsPanel(QWidget):
    """All sampling options, presets, the mark of a conversation's own settings, and the live picture.

    Signals:
        sampling_changed(object): the user moved something; the new ``Sampling``, at most 30 times a second.
        overrides_wanted(bool): "use for this conversation only" was switched by the user.
        distribution_wanted(): the picture is visible and out of date; at most 30 times a second.
        help_toggled(bool), distribution_toggled(bool): the user opened or closed the explanations or the picture.
    """

    sampling_changed = Signal(object)
    overrides_wanted = Signal(bool)
    distribution_wanted = Signal()
    help_toggled = Signal(bool)
    distribution_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("settings_panel")
        self.setAccessibleName(self.tr("Reply settings"))
        self._sampling = Sampling()
        self._default = Sampling()
        self._changes = Throttle(INTERVAL_MS, self)
        self._changes.due.connect(self._on_change_due)
        self._wishes = Throttle(INTERVAL_MS, self)
        self._wishes.due.connect(self.distribution_wanted)
        self.scope = ScopeRow(self)
        self.scope.overrides_wanted.connect(self.overrides_wanted)
        self.presets = PresetRow(self)
        self.presets.preset_wanted.connect(self._on_preset_wanted)
        self.presets.default_wanted.connect(self._on_default_wanted)
        self.distribution = DistributionView(self)
        self.distribution.shown_changed.connect(self._on_distribution_shown_changed)
        self.help_switch = QCheckBox(self.tr("&Explain each setting"), self)
        self.help_switch.setChecked(True)
        self.help_switch.toggled.connect(self._on_help_toggled)
        self.rows = {name: OptionRow(option, self) for name, option in OPTIONS_BY_NAME.items() if name != "seed"}
        self.seed = SeedRow(self)
        self.rows["seed"] = self.seed.row
        for name, row in self.rows.items():
            (self.seed if name == "seed" else row).value_changed.connect(self._on_value_changed)
        self._arrange()
        theme.watcher().theme_changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.show_sampling(self._sampling, False)

    # ---- what the window calls ----

    @property
    def sampling(self) -> Sampling:
        """The settings as shown."""
        return self._sampling

    def show_sampling(self, sampling: Sampling, is_overridden: bool) -> None:
        """Show ``sampling`` without emitting; ``is_overridden``: it belongs to this conversation alone."""
        if sampling != self._sampling:
            self._changes.cancel()
            self._want_distribution()
        self._sampling = sampling
        for name, row in self.rows.items():
            row.show_value(getattr(sampling, name))
        self.presets.show_sampling(sampling, self._default)
        self.scope.show_overridden(is_overridden)

    def set_default_sampling(self, sampling: Sampling) -> None:
        """What "Reset to default" goes back to; values that differ from it get a dot."""
        self._default = sampling
        for name, row in self.rows.items():
            row.show_default(getattr(sampling, name))
        self.presets.show_sampling(self._sampling, sampling)

    def set_overrides_possible(self, are_possible: bool) -> None:
        """Whether a conversation is open that could have settings of its own."""
        self.scope.setEnabled(are_possible)

    def set_distribution(self, distribution: Distribution | None) -> None:
        """Show the next-token distribution; None: there is nothing to show now."""
        self.distribution.show_distribution(distribution)

    def set_last_seed(self, seed: int | None) -> None:
        """The seed that the shown reply really used."""
        self.seed.show_last_seed(seed)

    def set_help_shown(self, is_shown: bool) -> None:
        """Show or hide the explanations below the settings."""
        self.help_switch.setChecked(is_shown)

    def set_distribution_shown(self, is_shown: bool) -> None:
        """Open or close the picture of the next token."""
        self.distribution.set_shown(is_shown)

    # ---- building ----

    def _arrange(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self.area = QScrollArea(self)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget(self.area)
        self._rows_layout = layout = QVBoxLayout(page)
        title = QLabel(self.tr("Reply settings"), page)
        title.setProperty("role", "heading")
        for each in (title, self.scope, self.presets, _line(page), self.distribution, _line(page), self.help_switch):
            layout.addWidget(each)
        for heading, names in GROUPS:
            self._add_group(layout, QCoreApplication.translate("SettingsPanel", heading), names)
        layout.addStretch(1)
        self.area.setWidget(page)
        outer.addWidget(self.area)

    def _add_group(self, layout: QVBoxLayout, heading: str, names: tuple[str, ...]) -> None:
        line = QHBoxLayout()
        line.setSpacing(theme.scaled(8))
        label = QLabel(heading)
        label.setProperty("role", "section")
        line.addWidget(label)
        line.addWidget(_line(self), 1)
        layout.addSpacing(theme.scaled(6))
        layout.addLayout(line)
        for name in names:
            layout.addWidget(self.seed if name == "seed" else self.rows[name])

    # ---- what the user does ----

    def _take(self, sampling: Sampling) -> None:
        """The user wants ``sampling``."""
        self._sampling = sampling
        for name, row in self.rows.items():
            if row.value != getattr(sampling, name):
                row.show_value(getattr(sampling, name))
        self.presets.show_sampling(sampling, self._default)
        self._changes.request()
        self._want_distribution()

    def _want_distribution(self) -> None:
        if self.isVisible() and self.distribution.is_shown:
            self._wishes.request()

    @Slot(str, object)
    def _on_value_changed(self, name: str, value: object) -> None:
        self._take(replace(self._sampling, **{name: value}))

    @Slot(object)
    def _on_preset_wanted(self, preset: Preset) -> None:
        self._take(preset.applied_to(self._sampling))

    @Slot()
    def _on_default_wanted(self) -> None:
        self._take(self._default)

    @Slot()
    def _on_change_due(self) -> None:
        self.sampling_changed.emit(self._sampling)

    @Slot(bool)
    def _on_help_toggled(self, is_shown: bool) -> None:
        for row in self.rows.values():
            row.set_help_shown(is_shown)
        self.help_toggled.emit(is_shown)

    @Slot(bool)
    def _on_distribution_shown_changed(self, is_shown: bool) -> None:
        self._want_distribution()
        self.distribution_toggled.emit(is_shown)

    @Slot()
    def _on_theme_changed(self) -> None:
        for each in (*self.rows.values(), self.seed, self.presets, self.scope, self.distribution):
            each.adapt_to_font()
        self._rows_layout.setContentsMargins(*[theme.scaled(16)] * 4)
        self._rows_layout.setSpacing(theme.scaled(12))
        self._fit_width()

    def _fit_width(self) -> None:
        """As wide as the widest row needs, so that nothing is cut off, and never so wide that lines get long."""
        needed = self.area.widget().minimumSizeHint().width() + self.area.verticalScrollBar().sizeHint().width()
        self.setMinimumWidth(max(theme.scaled(300), needed))
        self.setMaximumWidth(max(theme.scaled(460), needed))

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for the picture when the panel comes into view."""
        super().showEvent(event)
        self._fit_width()
        self._want_distribution()


def _line(parent: QWidget) -> QFrame:
    line = QFrame(parent)
    line.setProperty("role", "line")
    return line
