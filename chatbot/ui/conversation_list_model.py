"""The rows of the conversation list."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (QAbstractListModel, QDate, QDateTime, QLocale, QModelIndex, QObject, QPersistentModelIndex,
                            Qt, Signal)

from chatbot.core.messages import Conversation

CONVERSATION_ROLE = Qt.ItemDataRole.UserRole + 1
_ROOT = QModelIndex()


class ConversationListModel(QAbstractListModel):
    """Shows what the controller hands over; a rename leaves as a wish."""

    rename_wanted = Signal(object, str)
    """(conversation id, title)"""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._conversations: list[Conversation] = []

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._conversations)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._conversations):
            return None
        conversation = self._conversations[index.row()]
        if role == CONVERSATION_ROLE:
            return conversation
        if role == Qt.ItemDataRole.EditRole:
            return conversation.title
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.title_of(conversation)
        return self.spoken(conversation) if role == Qt.ItemDataRole.AccessibleTextRole else None

    def setData(self, index: QModelIndex | QPersistentModelIndex, value: object,
                role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        conversation = self._conversations[index.row()]
        if str(value).strip() != conversation.title:
            self.rename_wanted.emit(conversation.id, str(value))
        return True

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable if index.isValid() else super().flags(index)

    def show(self, conversations: Sequence[Conversation]) -> None:
        """Replace the rows. If only their contents changed, selection and scroll position stay as they are."""
        if [c.id for c in conversations] == [c.id for c in self._conversations]:
            changed = [i for i, pair in enumerate(zip(conversations, self._conversations, strict=True))
                       if pair[0] != pair[1]]
            self._conversations = list(conversations)
            for number in changed:
                self.dataChanged.emit(self.index(number), self.index(number))
            return
        self.beginResetModel()
        self._conversations = list(conversations)
        self.endResetModel()

    def index_of(self, conversation_id: int | None) -> QModelIndex:
        """The index of a conversation, invalid if it is not in the list."""
        for number, conversation in enumerate(self._conversations):
            if conversation.id == conversation_id:
                return self.index(number)
        return QModelIndex()

    def title_of(self, conversation: Conversation) -> str:
        """The title, or what stands for one that is still empty."""
        return conversation.title or self.tr("New conversation")

    def spoken(self, conversation: Conversation) -> str:
        """What a screen reader says."""
        parts = [self.title_of(conversation), short_date(conversation.updated_at)]
        if conversation.is_pinned:
            parts.append(self.tr("pinned"))
        if conversation.draft:
            parts.append(self.tr("has a draft"))
        return ", ".join(parts)


def short_date(seconds: float) -> str:
    """The time of today, the weekday of this week, the date of anything older."""
    moment = QDateTime.fromSecsSinceEpoch(int(seconds))
    days = moment.date().daysTo(QDate.currentDate())
    if days <= 0:
        return QLocale().toString(moment.time(), QLocale.FormatType.ShortFormat)
    if days < 7:
        return QLocale().dayName(moment.date().dayOfWeek(), QLocale.FormatType.ShortFormat)
    return QLocale().toString(moment.date(), QLocale.FormatType.ShortFormat)
