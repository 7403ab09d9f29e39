"""Paints a transcript row from its layout; colours come from the palette alone."""

from __future__ import annotations

from PySide6.QtCore import QDate, QDateTime, QLocale, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (QAbstractTextDocumentLayout, QColor, QFontMetrics, QGuiApplication, QPainter, QPalette, QPen,
                           QTextCharFormat, QTextCursor, QTextDocument)
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from chatbot.core.errors import Problem
from chatbot.core.messages import Message, MessageStatus, Role
from chatbot.ui import icons, message_actions, problem_text
from chatbot.ui.chat_model import ChatModel, ChatRow
from chatbot.ui.theme import Colours
from chatbot.ui.transcript_layout import RowLayout, TranscriptLayout, is_unwritten

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter


class MessageDelegate(QStyledItemDelegate):
    """Knows what is special about rows at the moment: which one is read, edited, found, under the bar."""

    def __init__(self, view: QWidget, model: ChatModel) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self.layout = TranscriptLayout(view.font(), self.note_of)
        self.read_id: int | None = None
        """The message whose text another widget shows at the moment."""
        self.edited_id: int | None = None
        self.found_id: int | None = None
        self.found_words: tuple[str, ...] = ()
        self.barred_id: int | None = None
        """The message whose footer the bar of buttons covers."""
        self.dots = 0
        self.are_times_shown = True
        self.are_statistics_shown = False
        self._colours: tuple[int, Colours] | None = None

    # sizes
    def layout_of(self, number: int, width: int) -> RowLayout:
        """The layout of a row of the model."""
        is_last = number == self._model.rowCount() - 1
        return self.layout.of(self._model.row(number), width, is_last and self._model.forgets_next)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        width = self._view.viewport().width()
        return QSize(width, self.layout_of(index.row(), width).height)

    def note_of(self, message: Message, is_cut: bool, row: ChatRow) -> tuple[str, str]:
        """The line below a message and what a click on it does."""
        if message.status == MessageStatus.FAILED:
            return self._failure(row.problem) + " " + self.tr("Try again"), message_actions.REGENERATE
        if message.status == MessageStatus.INTERRUPTED:
            return self.tr("The program ended while this was written. Continue"), message_actions.note_action(row)
        if message.status == MessageStatus.STOPPED:
            return self.tr("Stopped. Continue"), message_actions.note_action(row)
        if is_cut:
            return self.tr("Show the whole message"), message_actions.SHOW_WHOLE
        return "", ""

    def _failure(self, problem: Problem | None) -> str:
        if problem is None:
            return self.tr("This reply could not be written.")
        return problem_text.sentence(problem)

    # painting
    def colours(self) -> Colours:
        """The colours of the application's palette; the view's own is changed by the style sheet."""
        palette = QGuiApplication.palette()
        if self._colours is None or self._colours[0] != palette.cacheKey():
            self._colours = (palette.cacheKey(), Colours.from_palette(palette))
        return self._colours[1]

    def paint(self, painter: QPainter, option: QStyleOptionViewItem,
              index: QModelIndex | QPersistentModelIndex) -> None:
        layout = self.layout_of(index.row(), self._view.viewport().width())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(option.rect.topLeft())
        self._paint_dividers(painter, layout)
        self._paint_header(painter, layout)
        self._paint_bubble(painter, layout, index)
        if is_unwritten(layout.row.message):
            self._paint_dots(painter, layout)
        elif layout.row.message.id != self.read_id:
            self._paint_text(painter, layout)
        self._paint_note(painter, layout)
        self._paint_footer(painter, layout)
        painter.restore()

    def _paint_dividers(self, painter: QPainter, layout: RowLayout) -> None:
        colours = self.colours()
        if layout.day is not None:
            self._paint_divider(painter, layout.day, self.day_text(layout.row.message.created_at), colours.muted_text)
        memory_text = self.tr("{0} remembers only what comes after this line").format(self._model.bot_name)
        for rect in (layout.memory, layout.memory_after):
            if rect is not None:
                self._paint_divider(painter, rect, memory_text, colours.warning)

    def _paint_divider(self, painter: QPainter, rect: QRect, text: str, colour: QColor) -> None:
        painter.setFont(self.layout.small_font)
        room = rect.width() - self.layout.em(4)
        text = QFontMetrics(self.layout.small_font).elidedText(text, Qt.TextElideMode.ElideRight, room)
        half = QFontMetrics(self.layout.small_font).horizontalAdvance(text) // 2 + self.layout.em(0.7)
        middle = rect.center()
        painter.setPen(QPen(self.colours().divider, 1))
        painter.drawLine(rect.left(), middle.y(), middle.x() - half, middle.y())
        painter.drawLine(middle.x() + half, middle.y(), rect.right(), middle.y())
        painter.setPen(colour)
        painter.drawText(rect, _CENTRE, text)

    @staticmethod
    def day_text(seconds: float) -> str:
        """The date of a day separator in the user's language."""
        date = QDateTime.fromSecsSinceEpoch(int(seconds)).date()
        days = date.daysTo(QDate.currentDate())
        if days in (0, 1):
            return (MessageDelegate.tr("Today"), MessageDelegate.tr("Yesterday"))[days]
        return QLocale().toString(date, QLocale.FormatType.LongFormat)

    def _paint_header(self, painter: QPainter, layout: RowLayout) -> None:
        colours, message = self.colours(), layout.row.message
        small = QFontMetrics(self.layout.small_font)
        if layout.avatar is None:
            return  # the time of an own message stands below it
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.accent_tint)
        painter.drawEllipse(layout.avatar)
        inset = layout.avatar.width() // 5
        icons.icon("wren", "accent").paint(painter, layout.avatar.adjusted(inset, inset, -inset, -inset))
        painter.setFont(self.layout.name_font)
        painter.setPen(colours.text)
        name = self._model.author(message)
        name_width = QFontMetrics(self.layout.name_font).horizontalAdvance(name)
        painter.drawText(layout.header, _LEFT, name)
        painter.setFont(self.layout.small_font)
        painter.setPen(colours.muted_text)
        rest = layout.header.adjusted(name_width + self.layout.em(0.5), 0, 0, 0)
        painter.drawText(rest, _LEFT, small.elidedText(self.header_text(message), Qt.TextElideMode.ElideRight,
                                                       rest.width()))

    def header_text(self, message: Message) -> str:
        """Time, marks and statistics of a message, as far as they are shown."""
        parts = []
        if message.role == Role.BOT:
            parts.append(self.tr("written by a language model, not by a person")
                         if self._model.is_imitation(message) else self.tr("language model"))
        if self.are_times_shown:
            moment = QDateTime.fromSecsSinceEpoch(int(message.created_at)).time()
            parts.append(QLocale().toString(moment, QLocale.FormatType.ShortFormat))
        if message.is_edited:
            parts.append(self.tr("edited by you"))
        if self.are_statistics_shown and message.statistics is not None:
            parts.append(self.tr("{0} tokens").format(message.statistics.tokens))
            parts.append(self.tr("{0} per second").format(round(message.statistics.tokens_per_second)))
        return " · ".join(parts)

    def _paint_bubble(self, painter: QPainter, layout: RowLayout, index: QModelIndex | QPersistentModelIndex) -> None:
        colours, message = self.colours(), layout.row.message
        is_user = message.role == Role.USER
        around = layout.bubble if is_user else layout.bubble.adjusted(
            -self.layout.em(0.5), -self.layout.em(0.2), self.layout.em(0.5), self.layout.em(0.2))
        radius = self.layout.em(0.75)
        painter.setPen(Qt.PenStyle.NoPen)
        if is_user:
            painter.setBrush(colours.user_bubble)
            painter.drawRoundedRect(around, radius, radius)
        elif message.id in (self.found_id, self.edited_id):
            painter.setBrush(colours.raised)
            painter.drawRoundedRect(around, radius, radius)
        has_focus = self._view.hasFocus() and self._view.currentIndex() == index
        if has_focus or message.id in (self.edited_id, self.found_id):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colours.accent, 2 if has_focus or message.id == self.edited_id else 1))
            painter.drawRoundedRect(QRectF(around).adjusted(1, 1, -1, -1), radius, radius)

    def _paint_text(self, painter: QPainter, layout: RowLayout) -> None:
        colours = self.colours()
        context = QAbstractTextDocumentLayout.PaintContext()
        is_user = layout.row.message.role == Role.USER
        context.palette.setColor(QPalette.ColorRole.Text,
                                 colours.user_bubble_text if is_user else colours.bot_bubble_text)
        if layout.row.message.id == self.found_id:
            context.selections = self._found_selections(layout.document)
        painter.save()
        painter.translate(layout.text.topLeft())
        layout.document.documentLayout().draw(painter, context)
        painter.restore()

    def _found_selections(self, document: QTextDocument) -> list[QAbstractTextDocumentLayout.Selection]:
        look = QTextCharFormat()
        look.setBackground(self.colours().accent)
        look.setForeground(self.colours().accent_text)
        selections = []
        for word in self.found_words:
            cursor = document.find(word)
            while not cursor.isNull() and len(selections) < 500:
                selection = QAbstractTextDocumentLayout.Selection()
                selection.cursor, selection.format = QTextCursor(cursor), look
                selections.append(selection)
                cursor = document.find(word, cursor)
        return selections

    def _paint_dots(self, painter: QPainter, layout: RowLayout) -> None:
        colours, size = self.colours(), self.layout.em(0.36)
        painter.setPen(Qt.PenStyle.NoPen)
        for number in range(3):
            painter.setBrush(colours.accent if number == self.dots % 3 else colours.divider)
            painter.drawEllipse(layout.text.left() + number * round(size * 1.8),
                                layout.text.top() + (self.layout.unit - size) // 2, size, size)

    def _paint_note(self, painter: QPainter, layout: RowLayout) -> None:
        if layout.note is None:
            return
        colours, failed = self.colours(), layout.row.message.status == MessageStatus.FAILED
        painter.setFont(self.layout.small_font)
        painter.setPen(colours.danger if failed else colours.link)
        side = Qt.AlignmentFlag.AlignRight if layout.avatar is None else Qt.AlignmentFlag.AlignLeft
        painter.drawText(layout.note, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap,
                         layout.note_text)

    def _paint_footer(self, painter: QPainter, layout: RowLayout) -> None:
        """What stays visible: the time of an own message, and below every message which version it is and the thumb.

        The bar of buttons says the latter itself.
        """
        message = layout.row.message
        is_barred = message.id == self.barred_id
        parts = []
        if message.version_count > 1 and not is_barred:
            parts.append(self.tr("version {0} of {1}").format(message.version, message.version_count))
        painter.setFont(self.layout.small_font)
        painter.setPen(self.colours().muted_text)
        if layout.avatar is None:
            parts.append(self.header_text(message))
            text = " · ".join(part for part in parts if part)
            painter.drawText(layout.footer.adjusted(0, 0, -self.layout.em(0.2), 0), _RIGHT, text)
            return
        left = layout.footer.left()
        if parts:
            painter.drawText(layout.footer, _LEFT, parts[0])
            left += QFontMetrics(self.layout.small_font).horizontalAdvance(parts[0]) + self.layout.em(0.6)
        if message.rating and not is_barred:
            size = self.layout.em(0.95)
            rect = QRect(left, layout.footer.center().y() - size // 2, size, size)
            icons.icon("thumb-up" if message.rating > 0 else "thumb-down", "accent").paint(painter, rect)

    def footer_room(self, message: Message) -> int:
        """How much of an own message's footer the time takes, in pixels."""
        text = self.header_text(message)
        return QFontMetrics(self.layout.small_font).horizontalAdvance(text) + self.layout.em(0.8) if text else 0
