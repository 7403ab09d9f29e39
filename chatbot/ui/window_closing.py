"""Closing the window: not while words would be lost that nobody knows of."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, Slot

from chatbot.ui.chat_controller import ChatController
from chatbot.ui.notice_bar import NoticeBar

log = logging.getLogger(__name__)


class WindowClosing(QObject):
    """Has everything stored. If that fails, the window stays open once and says so; the second time it closes."""

    def __init__(self, controller: ChatController, notice: NoticeBar, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._notice = notice
        self._is_warned = False

    def may_close(self) -> bool:
        """Store everything; whether the window may close now."""
        if self._controller.close():
            return True
        if self._is_warned:
            log.warning("the window closes although not everything could be stored")
            self._controller.give_up()
            return True
        self._is_warned = True
        self._notice.show_notice(
            self.tr("Your last words could not be saved, so the window stays open. Free some space on the disk or copy "
                    "the text elsewhere. If you close the window again, it closes, and what is not saved is lost."),
            is_bad=True, stays=True)
        return False

    def insist(self) -> None:
        """The system ends the program: nobody is there to answer a warning."""
        self._is_warned = True

    @Slot()
    def forget_warning(self) -> None:
        """Something was stored since: what fails the next time is another matter, to be warned of again."""
        self._is_warned = False
