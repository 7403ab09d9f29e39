"""The middle of the window: header, transcript, notice, composer, and the line that says what Wren is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from chatbot.ui import fonts
from chatbot.ui.chat_header import ChatHeader
from chatbot.ui.chat_model import ChatModel
from chatbot.ui.composer import Composer
from chatbot.ui.notice_bar import NoticeBar
from chatbot.ui.transcript_layout import column_width
from chatbot.ui.transcript_pane import TranscriptPane


class Column(QWidget):
    """Keeps what is in it as wide as the transcript's text, in the middle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = QVBoxLayout(self)
        self.box.setSpacing(6)
        self.bar_width_px = 0
        """Width of the transcript's scroll bar, which its column is not centred over."""
        self._fit()

    def _fit(self) -> None:
        metrics = self.fontMetrics()
        room = self.width() - self.bar_width_px
        side = max(round(metrics.height() * 0.9), (room - column_width(self.font())) // 2)
        self.box.setContentsMargins(side, 2, side + self.bar_width_px, round(metrics.height() * 0.5))

    def reserve(self, bar_width_px: int) -> None:
        """Leave the room of a scroll bar free at the right."""
        if bar_width_px != self.bar_width_px:
            self.bar_width_px = bar_width_px
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "box"):
            self._fit()


class ChatPane(QWidget):
    """Puts the parts below each other; the window wires them."""

    def __init__(self, model: ChatModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = ChatHeader(self)
        self.transcript = TranscriptPane(model, self)
        self.notice = NoticeBar(self)
        self.composer = Composer(self)
        self.honest_line = QLabel(self)
        self.show_bot("Wren", is_imitation=False)
        self.honest_line.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.honest_line.setWordWrap(True)
        self.honest_line.setProperty("role", "muted")
        self._column = column = Column(self)
        for widget in (self.notice, self.composer, self.honest_line):
            column.box.addWidget(widget)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addWidget(self.transcript, 1)
        box.addWidget(column)

    def show_bot(self, name: str, *, is_imitation: bool) -> None:
        """Say who is written to, and that it is no person."""
        self.composer.set_bot_name(name)
        text = self.tr("{0} is a language model that imitates how somebody writes. None of this was said by that "
                       "person.") if is_imitation else self.tr("{0} is a small language model on this computer. "
                                                               "It can be wrong.")
        self.honest_line.setText(text.format(name))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._column.reserve(self.transcript.view.verticalScrollBar().sizeHint().width())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "honest_line"):
            self.honest_line.setFont(fonts.small(self.font()))
