"""The conversation list: one line each, renamed in place, everything by keyboard and context menu."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFont, QFontMetrics, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (QAbstractItemView, QLineEdit, QListView, QStyle, QStyledItemDelegate,
                               QStyleOptionViewItem, QWidget)

from chatbot.core.messages import Conversation
from chatbot.ui import fonts, icons, theme
from chatbot.ui.conversation_list_model import CONVERSATION_ROLE, ConversationListModel, short_date

MAX_TITLE_CHARACTERS = 200
_ROOM_FOR_DATE_EM = 9
"""In a narrower row the title matters more."""


class ConversationDelegate(QStyledItemDelegate):
    """Title, date, pin, draft. Colours from the palette."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, round(option.fontMetrics.height() * 2.1))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem,
              index: QModelIndex | QPersistentModelIndex) -> None:
        conversation: Conversation = index.data(CONVERSATION_ROLE)
        colours = theme.colours()
        em = option.fontMetrics.height()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_row_background(painter, option, colours)
        area = option.rect.adjusted(round(em * 0.7), 0, -round(em * 0.6), 0)
        area = self._paint_date(painter, area, option.font, conversation, colours)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        font = QFont(option.font)
        font.setWeight(QFont.Weight.DemiBold if is_selected else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(colours.text if conversation.title else colours.muted_text)
        title = QFontMetrics(font).elidedText(str(index.data()), Qt.TextElideMode.ElideRight, area.width())
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # by the title's own letters
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
                         | Qt.AlignmentFlag.AlignAbsolute, title)
        painter.restore()

    @staticmethod
    def _paint_date(painter: QPainter, area: QRect, font: QFont, conversation: Conversation,
                    colours: theme.Colours) -> QRect:
        """Paint pin, draft mark and date at the right end; returns what is left for the title."""
        small = fonts.small(font)
        metrics = QFontMetrics(small)
        if area.width() < metrics.height() * _ROOM_FOR_DATE_EM:
            return area
        painter.setFont(small)
        painter.setPen(colours.muted_text)
        text = short_date(conversation.updated_at)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
        right = area.right() - metrics.horizontalAdvance(text) - metrics.averageCharWidth()
        side = metrics.height()
        for is_there, picture in ((conversation.is_pinned, "pin"), (bool(conversation.draft), "edit")):
            if is_there:
                right -= side
                icons.icon(picture, "muted_text").paint(
                    painter, QRect(right, area.center().y() - side // 2 + 1, side - 2, side - 2))
        return area.adjusted(0, 0, right - area.right() - metrics.averageCharWidth(), 0)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem,
                     index: QModelIndex | QPersistentModelIndex) -> QWidget:
        editor = QLineEdit(parent)
        editor.setMaxLength(MAX_TITLE_CHARACTERS)
        editor.setAccessibleName(self.tr("Title of the conversation"))
        editor.setPlaceholderText(self.tr("Empty: from the first words"))
        return editor


def paint_row_background(painter: QPainter, option: QStyleOptionViewItem, colours: theme.Colours) -> None:
    """Selection, hover and focus of a row in the side bar."""
    rect = option.rect.adjusted(2, 1, -2, -1)
    radius = round(option.fontMetrics.height() * 0.4)
    is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
    painter.setPen(Qt.PenStyle.NoPen)
    if is_selected:
        painter.setBrush(colours.accent_tint)
        painter.drawRoundedRect(rect, radius, radius)
    elif option.state & QStyle.StateFlag.State_MouseOver:
        painter.setBrush(theme.mixed(colours.window, colours.text, 0.06))
        painter.drawRoundedRect(rect, radius, radius)
    if option.state & QStyle.StateFlag.State_HasFocus:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(colours.accent)
        painter.drawRoundedRect(rect, radius, radius)


class SideList(QListView):
    """A list without frame on the side bar's ground, whose rows are opened by click, Enter and arrow keys."""

    opened = Signal(QModelIndex)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setStyleSheet("QListView { background: transparent; border: none; }"
                           "QListView::item { padding: 0; border: none; }")
        self.setMouseTracking(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.clicked.connect(self.opened)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Window)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        before = self.currentIndex()
        # A title that is being typed hands its Enter on to here; that one only ends the typing.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and before.isValid() and self.hasFocus():
            self.opened.emit(before)
            self.activated.emit(before)
            return
        super().keyPressEvent(event)
        if self.currentIndex().isValid() and self.currentIndex() != before:
            self.opened.emit(self.currentIndex())


class ConversationListView(SideList):
    """The conversations."""

    rename_wanted = Signal()
    delete_wanted = Signal()
    menu_wanted = Signal(object, object)
    """(conversation id, global position)"""
    edit_closed = Signal()

    def __init__(self, model: ConversationListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("conversation_list")
        self.setAccessibleName(self.tr("Conversations"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.setItemDelegate(ConversationDelegate(self))
        self.setModel(model)

    @property
    def is_editing(self) -> bool:
        """Whether a title is being typed."""
        return self.state() == QAbstractItemView.State.EditingState

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.hasFocus():
            self.delete_wanted.emit()
        else:
            super().keyPressEvent(event)

    def closeEditor(self, editor: QWidget, hint: QStyledItemDelegate.EndEditHint) -> None:
        super().closeEditor(editor, hint)
        self.edit_closed.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        is_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        index = self.indexAt(event.pos()) if is_mouse else self.currentIndex()
        if index.isValid():
            position = event.globalPos() if is_mouse else self.viewport().mapToGlobal(self.visualRect(index).center())
            self.menu_wanted.emit(index.data(CONVERSATION_ROLE).id, position)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.scheduleDelayedItemsLayout()
