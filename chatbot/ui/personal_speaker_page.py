"""Second page of making a personal model: what was read, whom to learn from, and what for."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QLocale, Qt, Signal, Slot
from PySide6.QtWidgets import (QButtonGroup, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QListWidget, QListWidgetItem,
                               QRadioButton, QSizePolicy, QSpinBox, QVBoxLayout, QWidget)

from chatbot.core.personal import LogOverview, PersonalMode
from chatbot.ui import theme

FEW_MESSAGES = 300
SHOWN_SPEAKERS = 200


class PersonalSpeakerPage(QWidget):
    """Signals: changed(), when what can be started may have changed."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.summary = QLabel(self)
        self.summary.setWordWrap(True)
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.speakers = QListWidget(self)
        self.speakers.setAccessibleName(self.tr("People in this chat"))
        self.speakers.currentRowChanged.connect(self._on_speaker_changed)
        self.hint = QLabel(self)
        self.hint.setWordWrap(True)
        self.hint.setProperty("role", "warning")
        self.hint.hide()
        self.name = QLineEdit(self)
        self.name.setMaxLength(60)
        self.name.setAccessibleName(self.tr("Name of the new model"))
        self.name.textChanged.connect(self.changed)
        self.minutes = QSpinBox(self)
        self.minutes.setRange(1, 120)
        self.minutes.setValue(10)
        self.minutes.setAccessibleName(self.tr("Longest training time in minutes"))
        self._modes: dict[PersonalMode, QRadioButton] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.scaled(8))
        layout.addWidget(self.summary)
        columns = QHBoxLayout()
        columns.setSpacing(theme.scaled(20))
        columns.addLayout(self._left(), 1)
        columns.addLayout(self._right(), 1)
        layout.addLayout(columns, 1)

    def _left(self) -> QVBoxLayout:
        box = QVBoxLayout()
        title = QLabel(self.tr("Whose messages?"), self)
        title.setProperty("role", "heading")
        title.setBuddy(self.speakers)
        title.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        for widget in (title, self.speakers, self.hint):
            box.addWidget(widget, int(widget is self.speakers))
        return box

    def _right(self) -> QVBoxLayout:
        box = QVBoxLayout()
        box.setSpacing(theme.scaled(4))
        title = QLabel(self.tr("What for?"), self)
        title.setProperty("role", "heading")
        box.addWidget(title)
        group = QButtonGroup(self)
        for mode, text, help_text in (
                (PersonalMode.PERSON, self.tr("Talk like this person"),
                 self.tr("The model answers as this person would. Takes some minutes.")),
                (PersonalMode.ME, self.tr("Know this person"),
                 self.tr("Wren stays Wren and learns your language and your subjects. Takes some minutes.")),
                (PersonalMode.INSTANT, self.tr("Talk like this person, at once"),
                 self.tr("Nothing is trained: words are looked up in a memory of the chat. Works with little text."))):
            button = QRadioButton(text, self)
            button.setAccessibleDescription(help_text)
            button.toggled.connect(self._on_mode_toggled)
            group.addButton(button)
            self._modes[mode] = button
            words = QLabel(help_text, self)
            words.setWordWrap(True)
            words.setProperty("role", "muted")
            words.setIndent(theme.scaled(24))
            box.addWidget(button)
            box.addWidget(words)
        box.addSpacing(theme.scaled(10))
        form = QFormLayout()
        form.addRow(self.tr("Name"), self.name)
        self._minutes_label = QLabel(self.tr("At most, in minutes"), self)
        form.addRow(self._minutes_label, self.minutes)
        box.addLayout(form)
        box.addStretch(1)
        self._modes[PersonalMode.PERSON].setChecked(True)
        return box

    def show_log(self, overview: LogOverview) -> None:
        """Fill the page from what was read; the person the export belongs to is not the first choice to talk like."""
        report = overview.report
        self.summary.setText(self._summary_of(report))
        self.speakers.clear()
        mine = report.suggested_me.speaker_id if report.suggested_me else None
        for speaker in report.speakers[:SHOWN_SPEAKERS]:
            text = self.tr("{0}: {1} messages").format(speaker.name, QLocale().toString(speaker.messages))
            item = QListWidgetItem(self.tr("{0} (probably you)").format(text) if speaker.id == mine else text)
            item.setData(Qt.ItemDataRole.UserRole, (speaker.id, speaker.name, speaker.messages))
            self.speakers.addItem(item)
        others = [row for row, speaker in enumerate(report.speakers[:SHOWN_SPEAKERS]) if speaker.id != mine]
        self.speakers.setCurrentRow(others[0] if others else 0)

    def _summary_of(self, report: Any) -> str:
        locale = QLocale()
        text = self.tr("Read {0} entries, used {1}.").format(locale.toString(report.read), locale.toString(report.used))
        if report.skipped:
            reasons = ", ".join(f"{kind.replace('_', ' ')} {locale.toString(count)}"
                                for kind, count in report.skipped.items())
            text += " " + self.tr("Left out: {0}.").format(reasons)
        return " ".join([text, *report.notes])

    @property
    def speaker(self) -> tuple[str, str, int] | None:
        """Id, name and number of messages of the chosen person."""
        item = self.speakers.currentItem()
        return item.data(Qt.ItemDataRole.UserRole) if item is not None else None

    @property
    def mode(self) -> PersonalMode:
        """What is to be learned."""
        return next(mode for mode, button in self._modes.items() if button.isChecked())

    def choose_mode(self, mode: PersonalMode) -> None:
        """As if the user had chosen it."""
        self._modes[mode].setChecked(True)

    @property
    def is_complete(self) -> bool:
        """Whether everything needed is there."""
        return self.speaker is not None and bool(self.name.text().strip())

    @Slot(int)
    def _on_speaker_changed(self, row: int) -> None:
        chosen = self.speaker
        if chosen is None:
            return
        self.name.setText(chosen[1][:60])
        self.hint.setText(self.tr("That is not much to learn from: it may not help, and you will be told.")
                          if chosen[2] < FEW_MESSAGES else "")
        self.hint.setVisible(chosen[2] < FEW_MESSAGES)
        self.changed.emit()

    @Slot(bool)
    def _on_mode_toggled(self, is_on: bool) -> None:
        if is_on and len(self._modes) == len(PersonalMode):
            needs_time = self.mode is not PersonalMode.INSTANT
            self.minutes.setEnabled(needs_time)
            self._minutes_label.setEnabled(needs_time)
            self.changed.emit()
