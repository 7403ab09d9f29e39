"""The side bar: a button for a new conversation, the search field, and the list or what was found."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from chatbot.core.messages import Conversation, SearchHit
from chatbot.ui import icons
from chatbot.ui.conversation_list_model import CONVERSATION_ROLE, ConversationListModel
from chatbot.ui.conversation_list_view import ConversationListView, SideList
from chatbot.ui.search_results import HIT_ROLE, SearchHitDelegate, SearchResultsModel

MINIMUM_WIDTH_EM = 9.5


class ConversationListPanel(QWidget):
    """Everything in it leaves as a wish."""

    new_wanted = Signal()
    open_wanted = Signal(object)
    """(conversation id)"""
    place_wanted = Signal(object, str)
    """(SearchHit, query)"""
    query_changed = Signal(str)
    rename_wanted = Signal(object, str)
    delete_wanted = Signal(object)
    menu_wanted = Signal(object, object)
    chat_wanted = Signal()
    """Enter on a row: the keyboard wants to go on in the chat."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("conversation_panel")
        self.model = ConversationListModel(self)
        self.view = ConversationListView(self.model, self)
        self.results_model = SearchResultsModel(self)
        self.results = SideList(self)
        self.search_field = QLineEdit(self)
        self.new_button = QToolButton(self)
        self._nothing = QLabel(self)
        self._stack = QStackedWidget(self)
        self._waiting: Sequence[Conversation] | None = None
        self._open_id: int | None = None
        self._setup()
        self._arrange()
        self._fit()
        self._connect()

    def _setup(self) -> None:
        self.search_field.setPlaceholderText(self.tr("Search all messages"))
        self.search_field.setAccessibleName(self.tr("Search all messages"))
        self.search_field.setClearButtonEnabled(True)
        self.search_field.installEventFilter(self)
        self.new_button.setAccessibleName(self.tr("New conversation"))
        self.new_button.setToolTip(self.tr("New conversation"))
        icons.assign(self.new_button, "new", "accent")
        self.results.setObjectName("search_results")
        self.results.setAccessibleName(self.tr("Found messages"))
        self.results.setItemDelegate(SearchHitDelegate(self.results))
        self.results.setModel(self.results_model)
        self._nothing.setWordWrap(True)
        self._nothing.setProperty("role", "muted")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._nothing.setContentsMargins(12, 24, 12, 12)

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(self.search_field, 1)
        top.addWidget(self.new_button)
        for widget in (self.view, self.results, self._nothing):
            self._stack.addWidget(widget)
        box = QVBoxLayout(self)
        box.setContentsMargins(10, 10, 6, 8)
        box.setSpacing(8)
        box.addLayout(top)
        box.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self.new_button.clicked.connect(self.new_wanted)
        self.view.opened.connect(self._on_opened)
        self.view.activated.connect(self._on_activated)
        self.view.delete_wanted.connect(self._on_delete_wanted)
        self.view.menu_wanted.connect(self.menu_wanted)
        self.view.edit_closed.connect(self._on_edit_closed)
        self.model.rename_wanted.connect(self.rename_wanted)
        self.results.opened.connect(self._on_hit_opened)
        self.search_field.textChanged.connect(self._on_query_changed)

    # what is shown
    def show_conversations(self, conversations: Sequence[Conversation]) -> None:
        """Show these; waits while a title is being typed."""
        if self.view.is_editing:
            self._waiting = conversations
            return
        self.model.show(conversations)
        self.mark_open(self._open_id)

    def mark_open(self, conversation_id: int | None) -> None:
        """Select the conversation that is shown."""
        self._open_id = conversation_id
        index = self.model.index_of(conversation_id)
        if index.isValid() and index != self.view.currentIndex():
            self.view.setCurrentIndex(index)

    def show_hits(self, query: str, hits: Sequence[SearchHit]) -> None:
        """Show what was found for ``query``, or that nothing was."""
        if not self.search_field.text().strip():
            return
        current = self.results.currentIndex().data(HIT_ROLE)
        self.results_model.show(hits)
        if current in hits:  # the same search again, because something changed: the keyboard stays where it is
            self.results.setCurrentIndex(self.results_model.index(list(hits).index(current)))
        self._nothing.setText(self.tr("Nothing found for “{0}”.").format(query.strip()[:60]))
        self._stack.setCurrentWidget(self.results if hits else self._nothing)

    def begin_rename(self, conversation_id: int) -> None:
        """Let the user type a new title in the list."""
        self.search_field.clear()
        index = self.model.index_of(conversation_id)
        if index.isValid():
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
            self.view.setCurrentIndex(index)
            self.view.edit(index)

    def begin_search(self) -> None:
        """Go to the search field."""
        self.search_field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search_field.selectAll()

    def step(self, direction: int) -> None:
        """Open the next (1) or previous (-1) conversation of the list."""
        index = self.model.index(self.view.currentIndex().row() + direction)
        if index.isValid():
            self.view.setCurrentIndex(index)
            self._on_opened(index)

    # what happens
    @Slot(QModelIndex)
    def _on_opened(self, index: QModelIndex) -> None:
        conversation: Conversation = index.data(CONVERSATION_ROLE)
        if conversation.id != self._open_id:
            self.open_wanted.emit(conversation.id)
            self.mark_open(self._open_id)  # still the old one if this one cannot be opened

    @Slot(QModelIndex)
    def _on_activated(self, _index: QModelIndex) -> None:
        self.chat_wanted.emit()

    @Slot()
    def _on_delete_wanted(self) -> None:
        index = self.view.currentIndex()
        if index.isValid():
            self.delete_wanted.emit(index.data(CONVERSATION_ROLE).id)

    @Slot()
    def _on_edit_closed(self) -> None:
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            self.show_conversations(waiting)

    @Slot(QModelIndex)
    def _on_hit_opened(self, index: QModelIndex) -> None:
        self.place_wanted.emit(index.data(HIT_ROLE), self.search_field.text())

    @Slot(str)
    def _on_query_changed(self, query: str) -> None:
        if not query.strip():
            self._stack.setCurrentWidget(self.view)
        self.query_changed.emit(query)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape and self.search_field.text():
                self.search_field.clear()
                return True
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._enter_list(opens=event.key() != Qt.Key.Key_Down)
                return True
        return super().eventFilter(watched, event)

    def _enter_list(self, *, opens: bool) -> None:
        """Down or Enter in the search field: go to the first hit."""
        view = self._stack.currentWidget()
        if isinstance(view, SideList) and view.model().rowCount():
            view.setFocus(Qt.FocusReason.OtherFocusReason)
            if view is self.results:
                view.setCurrentIndex(view.model().index(0, 0))
                if opens:
                    self._on_hit_opened(view.currentIndex())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "new_button"):
            self._fit()

    def _fit(self) -> None:
        """Sizes that follow from the font."""
        height = self.fontMetrics().height()
        self.setMinimumWidth(round(height * MINIMUM_WIDTH_EM))
        self.new_button.setIconSize(QSize(round(height * 1.1), round(height * 1.1)))
