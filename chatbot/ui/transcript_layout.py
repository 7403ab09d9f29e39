"""Where everything of a transcript row goes, and the laid-out text. Measured once per row, width and font."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QFont, QFontMetrics, QTextBlockFormat, QTextCursor, QTextDocument, QTextOption

from chatbot.core.messages import Message, MessageStatus, Role
from chatbot.ui import fonts
from chatbot.ui.chat_model import ChatRow
from chatbot.ui.message_text import shown_part

TEXT_CHARACTERS = 78
"""Characters in a full line of a reply: lines of 70 to 80 are read best."""
_SAMPLE = "the quick brown fox jumps over the lazy dog and then it sleeps until noon, "
GUTTER_EM = 2.15
"""Room for the picture beside a reply."""
LINE_HEIGHT_PERCENT = 122.0
_USER_SHARE = 0.82
"""How much of the column an own message may fill."""


@dataclass(frozen=True, slots=True)
class RowLayout:
    """Rectangles relative to the row's top left corner. ``width`` is the width it was made for."""

    row: ChatRow
    width: int
    height: int
    document: QTextDocument
    is_cut: bool
    day: QRect | None
    memory: QRect | None
    avatar: QRect | None
    header: QRect
    bubble: QRect
    text: QRect
    note: QRect | None
    note_text: str
    note_action: str
    """What a click on the note does; empty: nothing."""
    footer: QRect
    memory_after: QRect | None


def make_document(text: str, font: QFont) -> QTextDocument:
    """``text`` exactly as it is, without markup; direction by its first strong character, paragraph by paragraph."""
    document = QTextDocument()
    document.setUndoRedoEnabled(False)
    document.setDocumentMargin(0)
    document.setDefaultFont(font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    document.setDefaultTextOption(option)
    document.setPlainText(text)
    cursor = QTextCursor(document)
    cursor.select(QTextCursor.SelectionType.Document)
    block = QTextBlockFormat()
    block.setLineHeight(LINE_HEIGHT_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    cursor.mergeBlockFormat(block)
    return document


def column_width(font: QFont) -> int:
    """Width of the transcript's column. By a sample: Qt's average character is far wider than those of a text."""
    metrics = QFontMetrics(font)
    return math.ceil(metrics.horizontalAdvance(_SAMPLE) * TEXT_CHARACTERS / len(_SAMPLE)
                     + GUTTER_EM * metrics.height())


class TranscriptLayout:
    """Lays rows out and keeps the result until row, width or font change.

    ``note_of`` gives the line below a message, if any, and the action behind it.
    """

    def __init__(self, font: QFont, note_of: Callable[[Message, bool, ChatRow], tuple[str, str]]) -> None:
        self._note_of = note_of
        self._kept: dict[int, RowLayout] = {}
        self.set_font(font)

    def set_font(self, font: QFont) -> None:
        """Measure everything anew in ``font``."""
        self._font = QFont(font)
        metrics = QFontMetrics(font)
        self.unit = metrics.height()
        self._line = metrics.lineSpacing()
        self._column_width = column_width(font)
        self.small_font = fonts.small(font)
        self.name_font = QFont(font)
        self.name_font.setWeight(QFont.Weight.DemiBold)
        self.forget()

    def forget(self) -> None:
        """Measure everything anew."""
        self._kept.clear()

    def em(self, units: float) -> int:
        """A length in heights of the font."""
        return max(1, round(units * self.unit))

    def of(self, row: ChatRow, width: int, has_memory_after: bool = False) -> RowLayout:
        """The layout of ``row`` at ``width``; quick if nothing changed."""
        kept = self._kept.get(row.message.id)
        if (kept is not None and kept.row is row and kept.width == width
                and (kept.memory_after is not None) == has_memory_after):
            return kept
        made = self._made(row, width, has_memory_after, kept)
        if len(self._kept) > 1000:  # rows that left the window long ago
            self._kept.clear()
        self._kept[row.message.id] = made
        return made

    def size(self, row: ChatRow, width: int, has_memory_after: bool = False) -> QSize:
        """What a view asks for."""
        return QSize(width, self.of(row, width, has_memory_after).height)

    def _made(self, row: ChatRow, width: int, has_memory_after: bool, kept: RowLayout | None) -> RowLayout:
        message = row.message
        left, column = self._column(width)
        top = self.em(0.25)
        day = memory = None
        if row.starts_day:
            day = QRect(left, top, column, self.em(2.4))
            top = day.bottom() + 1
        if message.forgets_before:
            memory = QRect(left, top, column, self.em(2.2))
            top = memory.bottom() + 1
        is_own = message.role == Role.USER
        header = QRect(left, top + self.em(0.3), column, 0 if is_own else self.em(1.35))
        document, is_cut = self._document(row, kept)
        if is_own:
            avatar = None
            bubble, text = self._user_text(document, left, column, header.bottom() + 1)
        else:
            gutter = self.em(GUTTER_EM)
            avatar = QRect(left, header.top() - self.em(0.1), self.em(1.55), self.em(1.55))
            header.setLeft(left + gutter)
            bubble, text = self._bot_text(document, left + gutter, column - gutter, header.bottom() + 1)
            if not message.text and not row.is_writing:  # an empty line would look like lost words
                text.setHeight(0)
                bubble.setHeight(0)
        return self._finished(row, width, has_memory_after, document, is_cut,
                              (day, memory, avatar, header, bubble, text), QRect(left, 0, column, 0))

    def _finished(self, row: ChatRow, width: int, has_memory_after: bool, document: QTextDocument, is_cut: bool,
                  rects: tuple, column: QRect) -> RowLayout:
        day, memory, avatar, header, bubble, text = rects
        bottom = bubble.bottom() + 1
        note_text, note_action = self._note_of(row.message, is_cut, row)
        note = None
        if note_text:
            lines = self._lines_of(note_text, text.width() if avatar else bubble.width(), column.width())
            note = QRect(header.left(), bottom + self.em(0.1), column.right() - header.left() + 1,
                         self.em(0.3) + lines * self._line)
            bottom = note.bottom() + 1
        footer = QRect(header.left(), bottom, column.right() - header.left() + 1, self.em(1.7))
        bottom = footer.bottom() + 1
        memory_after = None
        if has_memory_after:
            memory_after = QRect(column.left(), bottom, column.width(), self.em(2.2))
            bottom = memory_after.bottom() + 1
        return RowLayout(row, width, bottom, document, is_cut, day, memory, avatar, header, bubble, text, note,
                         note_text, note_action, footer, memory_after)

    def _lines_of(self, note: str, narrow: int, wide: int) -> int:
        metrics = QFontMetrics(self.small_font)
        room = max(narrow, wide - self.em(GUTTER_EM), 1)
        return max(1, math.ceil(metrics.horizontalAdvance(note) * 1.1 / room))

    def _column(self, width: int) -> tuple[int, int]:
        margin = self.em(1.2)
        column = max(self.em(8), min(width - 2 * margin, self._column_width))
        return max(0, (width - column) // 2), column

    def _document(self, row: ChatRow, kept: RowLayout | None) -> tuple[QTextDocument, bool]:
        if kept is not None and kept.row.message.text == row.message.text and kept.document.defaultFont() == self._font:
            return kept.document, kept.is_cut
        text, is_cut = shown_part(row.message.text)
        return make_document(text, self._font), is_cut

    def _user_text(self, document: QTextDocument, left: int, column: int, top: int) -> tuple[QRect, QRect]:
        side, above = self.em(0.8), self.em(0.45)
        document.setTextWidth(int(column * _USER_SHARE) - 2 * side)
        width = math.ceil(document.idealWidth())
        document.setTextWidth(width)
        height = math.ceil(document.size().height())
        bubble = QRect(left + column - width - 2 * side, top, width + 2 * side, height + 2 * above)
        return bubble, QRect(bubble.left() + side, top + above, width, height)

    def _bot_text(self, document: QTextDocument, left: int, width: int, top: int) -> tuple[QRect, QRect]:
        document.setTextWidth(width)
        height = math.ceil(document.size().height())
        text = QRect(left, top + self.em(0.1), width, height)
        return text.adjusted(0, -self.em(0.1), 0, self.em(0.15)), text


def is_unwritten(message: Message) -> bool:
    """Whether the reply is on its way and has no text yet."""
    return message.status == MessageStatus.WRITING and not message.text
