"""The rows of the transcript: a window of at most ``MAX_ROWS`` messages of the shown path.

A window, because ``QListView`` measures every row whenever one changes: with 200 rows that is some milliseconds, with
ten thousand the stream would stutter. The controller moves the window; nothing else changes rows.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from PySide6.QtCore import (QAbstractListModel, QByteArray, QDateTime, QLocale, QModelIndex, QObject,
                            QPersistentModelIndex, Qt)

from chatbot.core.errors import Problem
from chatbot.core.messages import Message, MessageStatus, Role
from chatbot.core.replies import ModelSummary

MAX_ROWS = 200
_ROOT = QModelIndex()


class ChatRole(IntEnum):
    """What a row can be asked for."""

    ROW = Qt.ItemDataRole.UserRole + 1
    MESSAGE_ID = Qt.ItemDataRole.UserRole + 2
    TEXT = Qt.ItemDataRole.UserRole + 3


@dataclass(frozen=True, slots=True)
class ChatRow:
    """A message as it is shown. A new object whenever anything of it changes, so identity is a cache key."""

    message: Message
    starts_day: bool = False
    problem: Problem | None = None
    """Why the reply failed, while the program still knows."""

    @property
    def is_writing(self) -> bool:
        """Whether more text is coming."""
        return self.message.status == MessageStatus.WRITING


class ChatModel(QAbstractListModel):
    """Changes only through its own methods, each between Qt's begin and end calls."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[ChatRow] = []
        self._voices: dict[str, str] = {}
        """Names of personal models by id; every other model is Wren."""
        self._loaded_id = ""
        self.has_earlier = False
        self.has_later = False
        self.forgets_next = False
        """The next message will start a fresh memory; the last row shows the divider below itself."""

    # Qt's questions
    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == ChatRole.ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, ChatRole.TEXT):
            return row.message.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.spoken(row)
        return row.message.id if role == ChatRole.MESSAGE_ID else None

    def roleNames(self) -> dict[int, QByteArray]:
        return {**super().roleNames(), ChatRole.MESSAGE_ID: QByteArray(b"message_id")}

    def spoken(self, row: ChatRow) -> str:
        """What a screen reader says for a row: who, when, text, and what else matters."""
        message = row.message
        time_text = QLocale().toString(_date_time(message.created_at).time(), QLocale.FormatType.ShortFormat)
        parts = [self.author(message), time_text, message.text or self._unwritten(row)]
        if message.text and message.status not in (MessageStatus.COMPLETE, MessageStatus.WRITING):
            parts.append(self.status_text(message))
        if message.version_count > 1:
            parts.append(self.tr("version {0} of {1}").format(message.version, message.version_count))
        if message.rating:
            parts.append(self.tr("good reply, you said") if message.rating > 0 else self.tr("bad reply, you said"))
        if message.forgets_before:
            parts.append(self.tr("memory starts here"))
        return ", ".join(part for part in parts if part)

    def author(self, message: Message) -> str:
        """The name shown for the writer of ``message``."""
        return self.tr("You") if message.role == Role.USER else self._voice(self._writer_id(message))

    def is_imitation(self, message: Message) -> bool:
        """Whether a personal model wrote ``message``, in the manner of a person who did not."""
        return message.role == Role.BOT and self._writer_id(message) in self._voices

    @property
    def bot_name(self) -> str:
        """Who writes the next reply."""
        return self._voice(self._loaded_id)

    @property
    def is_bot_imitation(self) -> bool:
        """Whether the next reply will be an imitation's."""
        return self._loaded_id in self._voices

    def _writer_id(self, message: Message) -> str:
        is_coming = message.status == MessageStatus.WRITING  # the default model's real id is stored with the end
        return message.model_id or (self._loaded_id if is_coming else "")

    def _voice(self, model_id: str) -> str:
        return self._voices.get(model_id, "Wren")

    def status_text(self, message: Message) -> str:
        """One or two words for a reply that is not whole; empty for one that is."""
        return {MessageStatus.STOPPED: self.tr("stopped"),
                MessageStatus.INTERRUPTED: self.tr("interrupted"),
                MessageStatus.FAILED: self.tr("failed")}.get(message.status, "")

    def _unwritten(self, row: ChatRow) -> str:
        return self.tr("writing") if row.is_writing else self.status_text(row.message)

    # reading
    @property
    def rows(self) -> Sequence[ChatRow]:
        """All rows, oldest first. Not to be changed."""
        return self._rows

    def row(self, number: int) -> ChatRow:
        """The row with that number."""
        return self._rows[number]

    def row_of(self, message_id: int | None) -> int:
        """The number of a message's row, or -1. Looks from the end, where things happen."""
        for number in range(len(self._rows) - 1, -1, -1):
            if self._rows[number].message.id == message_id:
                return number
        return -1

    def message(self, message_id: int) -> Message | None:
        """The message if it is in the window."""
        number = self.row_of(message_id)
        return self._rows[number].message if number >= 0 else None

    # changing
    def show(self, messages: Sequence[Message], *, has_earlier: bool, has_later: bool = False) -> None:
        """Replace everything."""
        self.beginResetModel()
        self._rows = []
        self._rows = self._made(messages, before=None)
        self.has_earlier, self.has_later = has_earlier, has_later
        self.endResetModel()

    def append(self, messages: Sequence[Message]) -> None:
        """Add rows at the end; rows that leave the window at the top can be loaded again."""
        if not messages:
            return
        first = len(self._rows)
        made = self._made(messages, before=self._rows[-1] if self._rows else None)
        self.beginInsertRows(_ROOT, first, first + len(made) - 1)
        self._rows.extend(made)
        self.endInsertRows()
        surplus = len(self._rows) - MAX_ROWS
        if surplus > 0:
            self._remove(0, surplus)
            self.has_earlier = True

    def prepend(self, messages: Sequence[Message], *, has_earlier: bool) -> None:
        """Add earlier rows at the top; rows that leave the window at the end can be loaded again."""
        self.has_earlier = has_earlier
        if messages:
            made = self._made(messages, before=None)
            self.beginInsertRows(_ROOT, 0, len(made) - 1)
            self._rows[:0] = made
            self.endInsertRows()
            self._refresh_day(len(made))
        surplus = len(self._rows) - MAX_ROWS
        if surplus > 0:
            self._remove(MAX_ROWS, surplus)
            self.has_later = True

    def truncate(self, row_count: int) -> None:
        """Keep only the first ``row_count`` rows: another branch goes on from there."""
        if row_count < len(self._rows):
            self._remove(row_count, len(self._rows) - row_count)

    def replace(self, message: Message, *, problem: Problem | None = None) -> None:
        """Show a newer state of a message; ignored if it is not in the window."""
        number = self.row_of(message.id)
        if number >= 0:
            row = ChatRow(message, self._rows[number].starts_day, problem)
            self._set_row(number, row)

    def set_text(self, message_id: int, text: str) -> None:
        """Show more of a reply that is being written; ignored if it is not in the window."""
        number = self.row_of(message_id)
        if number >= 0:
            row = self._rows[number]
            self._set_row(number, replace(row, message=replace(row.message, text=text)))

    def set_forgets_next(self, forgets: bool) -> None:
        """Show or hide the divider below the last message."""
        self.forgets_next = forgets
        if self._rows:
            self._set_row(len(self._rows) - 1, replace(self._rows[-1]))

    def set_models(self, models: Sequence[ModelSummary], loaded_id: str) -> None:
        """Show the replies of imitations under their names, and new ones under that of ``loaded_id``."""
        voices = {model.id: model.name for model in models if model.is_imitation}
        if (voices, loaded_id) != (self._voices, self._loaded_id):
            self._voices, self._loaded_id = voices, loaded_id
            if self._rows:
                self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def _set_row(self, number: int, row: ChatRow) -> None:
        self._rows[number] = row
        index = self.index(number)
        self.dataChanged.emit(index, index)

    def _remove(self, first: int, count: int) -> None:
        self.beginRemoveRows(_ROOT, first, first + count - 1)
        del self._rows[first:first + count]
        self.endRemoveRows()
        if first == 0:
            self._refresh_day(0)

    def _refresh_day(self, number: int) -> None:
        """Set the day separator of one row by its neighbour above."""
        if number < len(self._rows):
            row = self._rows[number]
            above = self._rows[number - 1].message if number else None
            starts_day = _starts_day(above, row.message)
            if starts_day != row.starts_day:
                self._set_row(number, replace(row, starts_day=starts_day))

    @staticmethod
    def _made(messages: Sequence[Message], before: ChatRow | None) -> list[ChatRow]:
        made = []
        above = before.message if before else None
        for message in messages:
            made.append(ChatRow(message, _starts_day(above, message)))
            above = message
        return made


def _starts_day(above: Message | None, message: Message) -> bool:
    return above is None or time.localtime(above.created_at)[:3] != time.localtime(message.created_at)[:3]


def _date_time(seconds: float) -> QDateTime:
    return QDateTime.fromSecsSinceEpoch(int(seconds))
