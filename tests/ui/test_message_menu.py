"""The context menu of a message: it does what was chosen, and nothing of it stays behind."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from chatbot.ui.main_window import MainWindow
from tests.ui.chat_parts import engine, settings, store, talking, talks  # noqa: F401 - fixtures
from tests.ui.plain_looks import plain_looks  # noqa: F401 - fixtures


def open_menu(window: MainWindow) -> QMenu:
    """The menu of the last message, open."""
    view = window.transcript.view
    view.menu_wanted.emit(window.controller.model.rows[-1].message.id, view.mapToGlobal(QPoint(20, 20)))
    (menu,) = [each for each in view.findChildren(QMenu) if each.isVisible()]
    return menu


def menus_left(window: MainWindow) -> list[QMenu]:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return window.transcript.view.findChildren(QMenu)


@pytest.mark.parametrize("by_mouse", [True, False])
def test_what_is_chosen_is_done_and_the_menu_goes(talking: MainWindow, by_mouse: bool) -> None:
    menu = open_menu(talking)
    copy = next(entry for entry in menu.actions() if entry.data() == "copy")
    QGuiApplication.clipboard().clear()
    if by_mouse:
        QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(copy).center())
    else:
        menu.setActiveAction(copy)
        QTest.keyClick(menu, Qt.Key.Key_Return)
    assert QGuiApplication.clipboard().text() == talking.controller.model.rows[-1].message.text
    assert menus_left(talking) == []


def test_menus_that_are_closed_without_a_choice_do_not_pile_up(talking: MainWindow) -> None:
    before = len(talking.transcript.view.findChildren(QMenu))
    for _ in range(3):
        QTest.keyClick(open_menu(talking), Qt.Key.Key_Escape)
        assert len(menus_left(talking)) == before == 0
