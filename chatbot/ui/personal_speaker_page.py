"""Second page of making a personal model: what was read, whom to learn from, and what for."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QLocale, Qt, Signal, Slot
from PySide6.QtWidgets import (QButtonGroup, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QListWidget, QListWidgetItem,
                               QRadioButton, QSizePolicy, QSpinBox, QVBoxLayout, QWidget)

from chatbot.core.personal import LogOverview, PersonalMode
from chatbot.ui import theme
from chatbot.ui.skip_reasons import skip_reasons

FEW_MESSAGES = 300
TOO_FEW_MESSAGES = 60
"""Fifty turns to learn from are asked for, and some more to judge by."""
SHOWN_SPEAKERS = 200
OWN_BOT_ID = "wren"
"""The program itself in its own chats."""


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
        self.minutes.setSuffix(self.tr(" minutes"))
        self.minutes.lineEdit().setTextMargins(theme.scaled(6), 0, 0, 0)  # the style sheet's padding does not reach it
        self.minutes.setAccessibleName(self.tr("Longest training time in minutes"))
        self._modes: dict[PersonalMode, QRadioButton] = {}
        self._mode_helps: dict[PersonalMode, QLabel] = {}
        self._is_own_chats = False
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
        box.setSpacing(theme.scaled(4))
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
        for mode in (PersonalMode.PERSON, PersonalMode.ME, PersonalMode.INSTANT):
            button = QRadioButton(self)
            button.toggled.connect(self._on_mode_toggled)
            group.addButton(button)
            self._modes[mode] = button
            words = self._mode_helps[mode] = QLabel(self)
            words.setWordWrap(True)
            words.setProperty("role", "muted")
            words.setIndent(theme.scaled(24))
            box.addWidget(button)
            box.addWidget(words)
        self._name_modes()
        box.addSpacing(theme.scaled(10))
        form = QFormLayout()
        form.setVerticalSpacing(theme.scaled(8))
        form.setHorizontalSpacing(theme.scaled(12))
        form.addRow(self.tr("Name"), self.name)
        self._minutes_label = QLabel(self.tr("Time at most"), self)
        form.addRow(self._minutes_label, self.minutes)
        box.addLayout(form)
        box.addStretch(1)
        self._modes[PersonalMode.PERSON].setChecked(True)
        return box

    def _name_modes(self) -> None:
        """Say what each mode does to the chosen speaker; to know Wren is no wish."""
        is_bot = self._is_own_chats and self.speaker is not None and self.speaker[0] == OWN_BOT_ID
        texts = self._texts_of_bot() if is_bot else self._texts_of_user() if self._is_own_chats else self._texts()
        for mode, (text, help_text) in texts.items():
            self._modes[mode].setText(text)
            self._modes[mode].setAccessibleDescription(help_text)
            self._mode_helps[mode].setText(help_text)
        for widget in (self._modes[PersonalMode.ME], self._mode_helps[PersonalMode.ME]):
            widget.setVisible(not is_bot)
        if is_bot and self._modes[PersonalMode.ME].isChecked():
            self.choose_mode(PersonalMode.PERSON)

    def _texts(self) -> dict[PersonalMode, tuple[str, str]]:
        return {
            PersonalMode.PERSON: (self.tr("Talk like this person"),
                                  self.tr("The model answers as this person would. Takes some minutes.")),
            PersonalMode.ME: (self.tr("Know this person"), self.tr("Wren stays Wren and learns your language and your "
                                                                   "subjects. Takes some minutes.")),
            PersonalMode.INSTANT: (self.tr("Talk like this person, at once"), self._instant_help()),
        }

    def _texts_of_user(self) -> dict[PersonalMode, tuple[str, str]]:
        return {
            PersonalMode.PERSON: (self.tr("Talk like me"),
                                  self.tr("The model answers as you would. Takes some minutes.")),
            PersonalMode.ME: (self.tr("Know me"),
                              self.tr("Wren stays Wren and learns your language and your subjects, and the replies "
                                      "that you edited, liked or kept. Takes some minutes.")),
            PersonalMode.INSTANT: (self.tr("Talk like me, at once"), self._instant_help()),
        }

    def _texts_of_bot(self) -> dict[PersonalMode, tuple[str, str]]:
        return {
            PersonalMode.PERSON: (self.tr("Reply as I like it"),
                                  self.tr("Wren learns from the replies that you edited, liked or kept. Takes some "
                                          "minutes.")),
            PersonalMode.ME: ("", ""),
            PersonalMode.INSTANT: (self.tr("Reply as I like it, at once"), self._instant_help()),
        }

    def _instant_help(self) -> str:
        return self.tr("Nothing is trained: words are looked up in a memory of the chat. Works with little text.")

    def show_log(self, overview: LogOverview) -> None:
        """Fill the page from what was read; the person the export belongs to is not the first choice to talk like."""
        report = overview.report
        self._is_own_chats = overview.is_own_chats
        self.summary.setText(self._summary_of_own(report) if self._is_own_chats else self._summary_of(report))
        self.speakers.clear()
        mine = report.suggested_me.speaker_id if report.suggested_me else None
        shown = report.speakers[:SHOWN_SPEAKERS]
        for speaker in shown:
            item = QListWidgetItem(self._line_of(speaker, is_mine=speaker.id == mine))
            item.setData(Qt.ItemDataRole.UserRole, (speaker.id, speaker.name, speaker.learnable))
            self.speakers.addItem(item)
        # A chat with others is mostly wanted to talk like one of them, an own chat to be known.
        wanted = [row for row, speaker in enumerate(shown) if (speaker.id == mine) == self._is_own_chats]
        self.speakers.setCurrentRow(wanted[0] if wanted else 0)
        self.choose_mode(PersonalMode.ME if self._is_own_chats and wanted else PersonalMode.PERSON)

    def _line_of(self, speaker: Any, is_mine: bool) -> str:
        name = self.tr("You") if self._is_own_chats and is_mine else speaker.name
        text = self.tr("{0}: {1} messages").format(name, QLocale().toString(speaker.messages))
        if speaker.learnable < speaker.messages:
            text = self.tr("{0}, {1} to learn from").format(text, QLocale().toString(speaker.learnable))
        return self.tr("{0} (probably you)").format(text) if is_mine and not self._is_own_chats else text

    def _summary_of_own(self, report: Any) -> str:
        number, kinds = QLocale().toString, report.replies
        text = self.tr("Read {0} messages of your conversations with this program.").format(number(report.used))
        counting = [kinds.get(kind, 0) for kind in ("edited", "liked", "kept")]
        if sum(counting):
            text += " " + self.tr("Of {0} replies {1} can be learned from: {2} edited by you, {3} liked, {4} kept "
                                  "after another version.").format(number(sum(kinds.values())), number(sum(counting)),
                                                                   *map(number, counting))
        else:
            text += " " + self.tr("No reply can be learned from yet: edit it, like it, or go on after choosing among "
                                  "its versions.")
        return text + " " + self.tr("All other replies are only read as what you answered to.")

    def _summary_of(self, report: Any) -> str:
        locale = QLocale()
        text = self.tr("Read {0} entries, used {1}.").format(locale.toString(report.read), locale.toString(report.used))
        if report.skipped:
            names = skip_reasons()
            reasons = ", ".join(self.tr("{0} ({1})").format(names.get(kind, kind.replace("_", " ")),
                                                            locale.toString(count))
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
        self.name.setText(self.tr("My Wren") if self._is_own_chats else chosen[1][:60])
        self.hint.setText(self._hint_about(chosen[2]))
        self.hint.setVisible(bool(self.hint.text()))
        self._name_modes()
        self.changed.emit()

    def _hint_about(self, messages: int) -> str:
        if messages < TOO_FEW_MESSAGES:
            return self.tr("That is too little to learn from: about {0} messages are the least.").format(
                QLocale().toString(TOO_FEW_MESSAGES))
        if messages < FEW_MESSAGES:
            return self.tr("That is not much to learn from: it may not help, and you will be told.")
        return ""

    @Slot(bool)
    def _on_mode_toggled(self, is_on: bool) -> None:
        if is_on and len(self._modes) == len(PersonalMode):
            needs_time = self.mode is not PersonalMode.INSTANT
            self.minutes.setEnabled(needs_time)
            self._minutes_label.setEnabled(needs_time)
            self.changed.emit()
