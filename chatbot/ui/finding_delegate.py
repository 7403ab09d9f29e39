"""Paints a finding in its surroundings: what was found stands out, and stays visible when there is little room."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from chatbot.ui import theme

_CELL_PADDING_PX = 8
_SHARE_BEFORE = 0.4
"""So much of the room at most is for what stands before the finding."""


class FindingDelegate(QStyledItemDelegate):
    """For cells whose ``UserRole`` holds (text before, found text, text after)."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem,
              index: QModelIndex | QPersistentModelIndex) -> None:
        """Background and selection as in any cell, then the three parts."""
        whole = QStyleOptionViewItem(option)
        self.initStyleOption(whole, index)
        whole.text = ""
        style = option.widget.style() if option.widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, whole, painter, option.widget)
        parts = index.data(Qt.ItemDataRole.UserRole)
        if parts is not None:
            margin = style.pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin) + 1
            room = option.rect.adjusted(theme.scaled(_CELL_PADDING_PX) + margin, 0, -theme.scaled(_CELL_PADDING_PX), 0)
            _paint_parts(painter, room, option.font, *parts)


def _paint_parts(painter: QPainter, room: QRect, font: QFont, before: str, found: str, after: str) -> None:
    strong = QFont(font)
    strong.setWeight(QFont.Weight.DemiBold)
    plain, bold, colours = QFontMetrics(font), QFontMetrics(strong), theme.colours()
    middle = bold.elidedText(found, Qt.TextElideMode.ElideMiddle, room.width())
    left = room.width() - bold.horizontalAdvance(middle)
    most = left if plain.horizontalAdvance(after) == 0 else max(round(left * _SHARE_BEFORE),
                                                                left - plain.horizontalAdvance(after))
    shown_before = plain.elidedText(before, Qt.TextElideMode.ElideLeft, max(0, most))
    shown_after = plain.elidedText(after, Qt.TextElideMode.ElideRight,
                                   max(0, left - plain.horizontalAdvance(shown_before)))
    painter.save()
    x = room.left()
    for text, its_font, colour in ((shown_before, font, colours.muted_text), (middle, strong, colours.text),
                                   (shown_after, font, colours.muted_text)):
        painter.setFont(its_font)
        painter.setPen(colour)
        width = QFontMetrics(its_font).horizontalAdvance(text)
        painter.drawText(QRect(x, room.top(), width + 1, room.height()),
                         Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)
        x += width
    painter.restore()
