"""The line above the transcript: title, the model that writes, and the buttons of the panels."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from chatbot.core.messages import Conversation
from chatbot.ui import icons, theme
from chatbot.ui.chat_language_model import ModelStatus
from chatbot.ui.model_button import ModelButton
from chatbot.ui.training_button import TrainingButton


class ElidedLabel(QLabel):
    """A label that shortens its text instead of asking for more room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_text(self, text: str) -> None:
        """Show ``text``, as much of it as fits."""
        self._whole = " ".join(text.split())
        self.setAccessibleName(self._whole)
        self.setToolTip(self._whole)
        self._elide()

    def _elide(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._elide()


class ChatHeader(QWidget):
    """Title in the middle of the page's width, model below it in small letters."""

    sidebar_toggled = Signal()
    settings_toggled = Signal()
    menu_wanted = Signal(object)
    """(global position)"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chat_header")
        self.title = ElidedLabel(self)
        self.model_button = ModelButton(self)
        self.training_button = TrainingButton(self)
        self.imitation_mark = QLabel(self)
        self.own_settings_mark = QLabel(self)
        self.sidebar_button = self._button("sidebar", self.tr("Show or hide the conversations"))
        self.settings_button = self._button("sliders", self.tr("Show or hide the reply settings"))
        self.menu_button = self._button("more", self.tr("Conversation actions"))
        for button in (self.sidebar_button, self.settings_button):
            button.setCheckable(True)
        self.title.setProperty("role", "heading")
        self.own_settings_mark.setProperty("role", "section")
        self.own_settings_mark.setText(self.tr("own settings"))
        self.own_settings_mark.setToolTip(self.tr("This conversation has reply settings of its own"))
        self.own_settings_mark.hide()
        self.imitation_mark.setProperty("role", "warning")
        self.imitation_mark.setText(self.tr("imitation"))
        self.imitation_mark.setToolTip(
            self.tr("This model learned from somebody's messages. Its words are a model's and not that person's."))
        self.imitation_mark.hide()
        box = QHBoxLayout(self)
        box.setContentsMargins(10, 5, 10, 5)
        box.setSpacing(6)
        for widget in (self.sidebar_button, self.title, self.training_button, self.own_settings_mark,
                       self.imitation_mark, self.model_button, self.settings_button, self.menu_button):
            box.addWidget(widget, int(widget is self.title))
        self.sidebar_button.clicked.connect(self.sidebar_toggled)
        self.settings_button.clicked.connect(self.settings_toggled)
        self.menu_button.clicked.connect(self._on_menu_clicked)

    def _button(self, picture: str, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"header_{picture}")
        button.setAutoRaise(True)
        button.setAccessibleName(name)
        button.setToolTip(name)
        icons.assign(button, picture)
        return button

    @Slot()
    def _on_menu_clicked(self) -> None:
        self.menu_wanted.emit(self.menu_button.mapToGlobal(self.menu_button.rect().bottomLeft()))

    def show_conversation(self, conversation: Conversation) -> None:
        """Show its title, and whether it has settings of its own."""
        self.title.show_text(conversation.title or self.tr("New conversation"))

    @Slot(object, bool)
    def show_sampling(self, _sampling: object, is_overridden: bool) -> None:
        """Mark a conversation with settings of its own."""
        self.own_settings_mark.setVisible(is_overridden)

    @Slot(object)
    def show_model(self, status: ModelStatus) -> None:
        """Say which model writes, or why none does."""
        if status.is_loading:
            text = self.tr("Loading the language model…")
        elif status.problem is not None:
            text = self.tr("No language model")
        elif status.summary is not None:
            text = self.tr("Model: {0}").format(status.summary.name)
        else:
            text = ""
        self.model_button.show_text(text)
        self.imitation_mark.setVisible(status.summary is not None and status.summary.is_imitation)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "menu_button"):
            side = round(self.fontMetrics().height() * 1.1)
            font = QFont(self.font())
            font.setWeight(QFont.Weight.DemiBold)
            self.title.setFont(font)
            for button in (self.sidebar_button, self.settings_button, self.menu_button):
                button.setIconSize(QSize(side, side))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(theme.colours().divider)
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
