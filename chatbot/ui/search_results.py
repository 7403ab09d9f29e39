"""What a search found: one row per message, with its conversation and the words in their surroundings."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QSize, Qt)
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from chatbot.core.messages import Role, SearchHit
from chatbot.ui import fonts, theme
from chatbot.ui.conversation_list_model import short_date
from chatbot.ui.conversation_list_view import paint_row_background

HIT_ROLE = Qt.ItemDataRole.UserRole + 1
FOUND_START, FOUND_END = "\x02", "\x03"
_EXCERPT_LINES = 2
_ROOT = QModelIndex()


def split_excerpt(excerpt: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without marks, and (start, length) of every found word in it."""
    text, ranges, start = "", [], -1
    for piece in _pieces(excerpt):
        if piece == FOUND_START:
            start = len(text)
        elif piece == FOUND_END:
            if start >= 0:
                ranges.append((start, len(text) - start))
            start = -1
        else:
            text += piece
    return text, ranges


def _pieces(excerpt: str) -> list[str]:
    marked = excerpt.replace(FOUND_START, f"\0{FOUND_START}\0").replace(FOUND_END, f"\0{FOUND_END}\0")
    return [piece for piece in marked.split("\0") if piece]


class SearchResultsModel(QAbstractListModel):
    """The hits, best first, as the store ordered them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hits: list[SearchHit] = []

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._hits)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._hits):
            return None
        hit = self._hits[index.row()]
        if role == HIT_ROLE:
            return hit
        if role == Qt.ItemDataRole.DisplayRole:
            return split_excerpt(hit.excerpt)[0]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            author = self.tr("You") if hit.role == Role.USER else self.tr("Wren")
            return ", ".join((hit.conversation_title, author, short_date(hit.created_at),
                              split_excerpt(hit.excerpt)[0]))
        return None

    def show(self, hits: Sequence[SearchHit]) -> None:
        """Replace the rows."""
        self.beginResetModel()
        self._hits = list(hits)
        self.endResetModel()


class SearchHitDelegate(QStyledItemDelegate):
    """Title and date above two lines of the message, the found words in the accent colour."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, round(option.fontMetrics.lineSpacing() * (1.9 + _EXCERPT_LINES)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem,
              index: QModelIndex | QPersistentModelIndex) -> None:
        hit: SearchHit = index.data(HIT_ROLE)
        colours = theme.colours()
        em = option.fontMetrics.height()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_row_background(painter, option, colours)
        area = option.rect.adjusted(round(em * 0.7), round(em * 0.35), -round(em * 0.6), -round(em * 0.3))
        self._paint_title(painter, QRect(area.topLeft(), QSize(area.width(), option.fontMetrics.lineSpacing())),
                          option.font, hit, colours)
        painter.setPen(colours.muted_text)
        layout = self._excerpt_layout(hit, option.font, colours, area.width())
        layout.draw(painter, QPointF(area.left(), area.top() + option.fontMetrics.lineSpacing() * 1.1))
        painter.restore()

    @staticmethod
    def _paint_title(painter: QPainter, area: QRect, font: QFont, hit: SearchHit, colours: theme.Colours) -> None:
        small = fonts.small(font)
        painter.setFont(small)
        painter.setPen(colours.muted_text)
        date = short_date(hit.created_at)
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, date)
        room = area.width() - QFontMetrics(small).horizontalAdvance(date) - QFontMetrics(font).averageCharWidth() * 2
        painter.setFont(font)
        painter.setPen(colours.text)
        title = QFontMetrics(font).elidedText(hit.conversation_title, Qt.TextElideMode.ElideRight, room)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # by the title's own letters
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
                         | Qt.AlignmentFlag.AlignAbsolute, title)

    @staticmethod
    def _excerpt_layout(hit: SearchHit, font: QFont, colours: theme.Colours, width: int) -> QTextLayout:
        text, ranges = split_excerpt(hit.excerpt)
        layout = QTextLayout(text, font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        look = QTextCharFormat()
        look.setForeground(colours.accent)
        look.setFontWeight(QFont.Weight.Bold)
        formats = []
        for start, length in ranges:
            found = QTextLayout.FormatRange()
            found.start, found.length, found.format = _utf16(text[:start]), _utf16(text[start:start + length]), look
            formats.append(found)
        layout.setFormats(formats)
        layout.beginLayout()
        for number in range(_EXCERPT_LINES):
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(width)
            line.setPosition(QPointF(0, number * QFontMetrics(font).lineSpacing()))
        layout.endLayout()
        return layout


def _utf16(text: str) -> int:
    """The length of ``text`` in Qt's units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
