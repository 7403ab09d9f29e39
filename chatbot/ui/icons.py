"""Icons: our SVG drawings in the palette's colours.

Qt paints ``currentColor`` black, so the colour is put into the text of the drawing before it is rendered. An icon is a
bag of pixmaps; after a palette change ``assign``ed buttons and actions get a fresh one.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol
from weakref import WeakKeyDictionary

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from chatbot.ui import theme

SIZES_PX = (16, 20, 24, 32, 40, 48, 64, 96)
"""Enough for 75 % to 250 % zoom at one and two device pixels per pixel without blur."""


class HasIcon(Protocol):
    """Anything that shows an icon: a button, an action."""

    def setIcon(self, icon: QIcon) -> None: ...  # noqa: N802 - Qt's name


@lru_cache(maxsize=256)
def _drawing(name: str) -> str:
    from chatbot.paths import resource
    return resource(f"icons/{name}.svg").read_text(encoding="utf-8")


def pixmap(name: str, colour: QColor, size_px: int) -> QPixmap:
    """The drawing ``name`` in one colour, ``size_px`` device pixels square."""
    svg = _drawing(name).replace("currentColor", colour.name())
    renderer = QSvgRenderer(QByteArray(svg.encode("utf-8")))
    picture = QPixmap(QSize(size_px, size_px))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, size_px, size_px))
    painter.end()
    return picture


@lru_cache(maxsize=256)
def _icon(name: str, normal: str, disabled: str, selected: str) -> QIcon:
    icon = QIcon()
    for size in SIZES_PX:
        for mode, colour in ((QIcon.Mode.Normal, normal), (QIcon.Mode.Active, normal),
                             (QIcon.Mode.Disabled, disabled), (QIcon.Mode.Selected, selected)):
            icon.addPixmap(pixmap(name, QColor(colour), size), mode)
    return icon


def icon(name: str, role: str = "text") -> QIcon:
    """The icon ``name`` (a file in resources/icons) in the colour ``role`` of ``theme.Colours``.

    Raises FileNotFoundError for an unknown name: a mistake of ours, found by the tests.
    """
    colours = theme.colours()
    normal: QColor = getattr(colours, role)
    return _icon(name, normal.name(), colours.disabled_text.name(), colours.selection_text.name())


class _Assigned(QObject):
    """Remembers who shows which icon, and hands out fresh ones when the theme changes."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.shown: WeakKeyDictionary[QObject, tuple[str, str]] = WeakKeyDictionary()
        theme.watcher().theme_changed.connect(self._on_theme_changed)

    @Slot()
    def _on_theme_changed(self) -> None:
        for target, (name, role) in list(self.shown.items()):
            target.setIcon(icon(name, role))


def assign(target: QObject, name: str, role: str = "text") -> None:
    """Give ``target`` (a button or action) the icon ``name``, now and after every change of the theme."""
    watcher = theme.watcher()
    keeper = watcher.findChild(_Assigned)
    if keeper is None:
        keeper = _Assigned(watcher)
    keeper.shown[target] = (name, role)
    target.setIcon(icon(name, role))
