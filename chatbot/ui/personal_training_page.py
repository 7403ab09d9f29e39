"""Fourth page of making a personal model: how far it is, the losses as they fall, and what it says by now."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from chatbot.core.personal import Example, TrainPhase, TrainProgress
from chatbot.ui import theme


class PersonalTrainingPage(QWidget):
    """Signals: pause_requested(), resume_requested(), stop_requested()."""

    pause_requested = Signal()
    resume_requested = Signal()
    stop_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._phases = {
            TrainPhase.READING: self.tr("Reading the chat…"),
            TrainPhase.MEASURING: self.tr("Measuring the model as it is…"), TrainPhase.TRAINING: self.tr("Learning…"),
            TrainPhase.CHOOSING: self.tr("Choosing how far to go…"),
            TrainPhase.CHECKING: self.tr("Checking that it forgot nothing and does not recite the chat…"),
            TrainPhase.WRITING: self.tr("Writing the model…")}
        self.phase = QLabel(self)
        self.phase.setProperty("role", "heading")
        self.details = QLabel(self)
        self.details.setProperty("role", "muted")
        self.progress = QProgressBar(self)
        self.progress.setAccessibleName(self.tr("Progress of the training"))
        self.progress.setTextVisible(False)
        self.plot: QWidget | None = None
        self._plot_box = QVBoxLayout()
        self.legend = QLabel(self)
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self.sample = QLabel(self)
        self.sample.setWordWrap(True)
        self.sample.setTextFormat(Qt.TextFormat.PlainText)
        self.sample.setMinimumHeight(theme.scaled(44))
        self.sample.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.pause_button = QPushButton(self.tr("Pause"), self)
        self.pause_button.clicked.connect(self._on_pause)
        self.stop_button = QPushButton(self.tr("Stop"), self)
        self.stop_button.setToolTip(self.tr("What was learned so far is kept; it can go on later."))
        self.stop_button.clicked.connect(self._on_stop)
        for button in (self.pause_button, self.stop_button):
            button.setAutoDefault(False)
        self._is_paused = False
        self._build()

    def _build(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self.details, 1)
        buttons.addWidget(self.pause_button)
        buttons.addWidget(self.stop_button)
        title = QLabel(self.tr("What it says by now"), self)
        title.setProperty("role", "section")
        note = QLabel(self.tr("You can close this window and go on chatting; the training goes on. If the program is "
                              "closed, it can be continued later."), self)
        note.setWordWrap(True)
        note.setProperty("role", "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.scaled(8))
        layout.addWidget(self.phase)
        layout.addWidget(self.progress)
        layout.addLayout(buttons)
        layout.addLayout(self._plot_box, 1)
        layout.addWidget(self.legend)
        layout.addWidget(title)
        layout.addWidget(self.sample)
        layout.addWidget(note)

    def begin(self) -> None:
        """A training starts."""
        if self.plot is None:
            from chatbot.ui.personal_loss_plot import PersonalLossPlot
            self.plot = PersonalLossPlot(self)
            self.plot.setAccessibleName(self.tr("Losses while learning"))
            self._plot_box.addWidget(self.plot)
        self.plot.clear_losses()
        self.adapt_to_theme()
        self.sample.setText(self.tr("Nothing yet."))
        self.progress.setRange(0, 0)
        self.details.setText("")
        self._show_paused(False)
        self.stop_button.setEnabled(True)
        self.phase.setText(self._phases[TrainPhase.READING])

    def adapt_to_theme(self) -> None:
        """Colours of the present theme."""
        colours = theme.colours()
        parts = ((colours.accent, self.tr("loss on held-out messages, which it never learns from")),
                 (colours.muted_text, self.tr("loss on what it learns from")),
                 (colours.warning, self.tr("the model as it was")))
        self.legend.setText(" &nbsp; ".join(f'<span style="color:{colour.name()}">●</span> {text}'
                                            for colour, text in parts))
        if self.plot is not None:
            self.plot.adapt_to_theme()

    def show_progress(self, progress: TrainProgress) -> None:
        """One report."""
        self.phase.setText(self._phases[progress.phase])
        self.progress.setRange(0, progress.of)
        self.progress.setValue(progress.step)
        self._show_paused(progress.is_paused)
        self.pause_button.setEnabled(progress.phase is TrainPhase.TRAINING)
        self.details.setText(self._details_of(progress))
        if progress.phase is TrainPhase.TRAINING and self.plot is not None:
            self.plot.add(progress.step, progress.loss, progress.held_out_loss, progress.base_held_out_loss)
        if progress.sample is not None:
            self.sample.setText(self._sample_text(progress.sample))

    def _details_of(self, progress: TrainProgress) -> str:
        if not progress.of:
            return ""
        text = self.tr("Step {0} of {1}").format(progress.step, progress.of)
        if progress.seconds_left is None or progress.is_paused:
            return text
        minutes = math.ceil(progress.seconds_left / 60)
        return text + " · " + (self.tr("about %n minute(s) left", "", minutes) if minutes > 1
                               else self.tr("less than a minute left"))

    def _show_paused(self, is_paused: bool) -> None:
        self._is_paused = is_paused
        self.pause_button.setText(self.tr("Go on") if is_paused else self.tr("Pause"))
        self.pause_button.setEnabled(True)

    @Slot()
    def _on_pause(self) -> None:
        # Not pressed twice: the answer is the next report, which may take a step.
        self.pause_button.setEnabled(False)
        if self._is_paused:
            self.resume_requested.emit()
        else:
            self.pause_requested.emit()

    @Slot()
    def _on_stop(self) -> None:
        self.stop_button.setEnabled(False)
        self.stop_requested.emit()

    def _sample_text(self, example: Example) -> str:
        said = example.before[-1] if example.before else ""
        return self.tr("Said: {0}\nIt answers: {1}").format(*(text.replace("\n", " / ")
                                                            for text in (said, example.personal)))
