"""The transcript with what belongs around it: the greeting of an empty conversation and the way back to the end."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Signal, Slot
from PySide6.QtWidgets import QPushButton, QStackedLayout, QWidget

from chatbot.ui import icons
from chatbot.ui.chat_model import ChatModel
from chatbot.ui.transcript_empty import EmptyTranscript
from chatbot.ui.transcript_view import TranscriptView


class TranscriptPane(QWidget):
    """Either the greeting or the list of messages with the button to its end."""

    end_wanted = Signal()

    def __init__(self, model: ChatModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.view = TranscriptView(model, self)
        # A list paints its own background; the page behind it is the window's.
        self.view.setStyleSheet("QListView#transcript { background: transparent; border: none; padding: 0; }"
                                "QListView#transcript::item { padding: 0; border: none; background: transparent; }"
                                "QScrollBar::handle:disabled { background: transparent; }")
        self.empty = EmptyTranscript(self)
        self.jump_button = QPushButton(self)
        self.jump_button.setObjectName("jump_button")
        self.jump_button.hide()
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.view)
        for signal in (model.rowsInserted, model.rowsRemoved, model.modelReset):
            signal.connect(self._on_rows_changed)
        self.view.scrolling.state_changed.connect(self._on_scroll_state_changed)
        self.jump_button.clicked.connect(self.end_wanted)
        self.view.installEventFilter(self)
        self._on_rows_changed()

    @Slot()
    def _on_rows_changed(self) -> None:
        self._stack.setCurrentWidget(self.view if self._model.rows else self.empty)
        self._on_scroll_state_changed()

    @Slot()
    def _on_scroll_state_changed(self) -> None:
        scrolling = self.view.scrolling
        is_away = bool(self._model.rows) and (not scrolling.is_following or self._model.has_later)
        text = self.tr("New text") if scrolling.has_new_text else self.tr("To the end")
        self.jump_button.setText(text)
        self.jump_button.setAccessibleName(self.tr("New text below. Go to the newest message")
                                           if scrolling.has_new_text else self.tr("Go to the newest message"))
        icons.assign(self.jump_button, "arrow-down", "accent_text" if scrolling.has_new_text else "text")
        self.jump_button.setProperty("role", "primary" if scrolling.has_new_text else None)
        self.jump_button.style().unpolish(self.jump_button)
        self.jump_button.style().polish(self.jump_button)
        self.jump_button.setVisible(is_away)
        self._place_button()

    def _place_button(self) -> None:
        side = self.fontMetrics().height()
        self.jump_button.setIconSize(QSize(side, side))
        self.jump_button.adjustSize()
        left = (self.view.viewport().width() - self.jump_button.width()) // 2
        self.jump_button.move(left, self.height() - self.jump_button.height() - side // 2)
        self.jump_button.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place_button()
        return super().eventFilter(watched, event)

    def focus_target(self) -> QWidget:
        """Where the keyboard goes when this part of the window is entered."""
        return self.view if self._model.rows else self.empty.suggestions[0]


