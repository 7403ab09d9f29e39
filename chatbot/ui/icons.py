"""Icons: our SVG drawings in the palette's colours.

Qt paints ``currentColor`` black, so the colour is put into the text of the drawing before it is rendered. An icon is a
bag of pixmaps; after a palette change ``assign``ed buttons and actions get a fresh one.
"""

from __future__ import annotations

from functools import lru_cache
from weakref import WeakKeyDictionary

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton
from shiboken6 import isValid

from chatbot.paths import resource
from chatbot.ui import theme

SIZES_PX = (16, 20, 24, 32, 48, 64)
"""Enough for 75 % to 250 % zoom at one and two device pixels per pixel without blur."""


@lru_cache(maxsize=256)
def _drawing(name: str) -> str:
    return resource(f"icons/{name}.svg").read_text(encoding="utf-8")


def _renderer(name: str, colour: QColor) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_drawing(name).replace("currentColor", colour.name()).encode("utf-8")))


def _rendered(renderer: QSvgRenderer, size_px: int) -> QPixmap:
    picture = QPixmap(QSize(size_px, size_px))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, size_px, size_px))
    painter.end()
    return picture


def pixmap(name: str, colour: QColor, size_px: int) -> QPixmap:
    """The drawing ``name`` in one colour, ``size_px`` device pixels square."""
    return _rendered(_renderer(name, colour), size_px)


@lru_cache(maxsize=256)
def _icon(name: str, normal: str, disabled: str) -> QIcon:
    icon = QIcon()
    for mode, colour in ((QIcon.Mode.Normal, normal), (QIcon.Mode.Disabled, disabled)):
        renderer = _renderer(name, QColor(colour))
        for size in SIZES_PX:
            icon.addPixmap(_rendered(renderer, size), mode)
    return icon


def icon(name: str, role: str = "text") -> QIcon:
    """The icon ``name`` (a file in resources/icons) in the colour ``role`` of ``theme.Colours``.

    Raises FileNotFoundError for an unknown name: a mistake of ours, found by the tests.
    """
    colours = theme.colours()
    normal: QColor = getattr(colours, role)
    return _icon(name, normal.name(), colours.disabled_text.name())


def application_icon() -> QIcon:
    """The program's own icon, for windows and task bars."""
    picture = QIcon()
    for size in (*SIZES_PX, 128, 256):
        picture.addPixmap(pixmap("app", QColor(), size))
    return picture


class _Assigned(QObject):
    """Remembers who shows which icon, and hands out fresh ones when the theme changes."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.shown: WeakKeyDictionary[QObject, tuple[str, str]] = WeakKeyDictionary()
        theme.watcher().theme_changed.connect(self._on_theme_changed)

    @Slot()
    def _on_theme_changed(self) -> None:
        for target, (name, role) in list(self.shown.items()):
            if isValid(target):
                dress(target, name, role)


def dress(target: QObject, name: str, role: str) -> None:
    """Set icon and, on buttons, an icon size that fits the zoom."""
    target.setIcon(icon(name, role))
    if isinstance(target, QAbstractButton):
        size = theme.scaled(18)
        target.setIconSize(QSize(size, size))


def assign(target: QObject, name: str, role: str = "text") -> None:
    """Give ``target`` (a button or action) the icon ``name``, now and after every change of the theme."""
    watcher = theme.watcher()
    keeper = watcher.findChild(_Assigned)
    if keeper is None:
        keeper = _Assigned(watcher)
    keeper.shown[target] = (name, role)
    dress(target, name, role)
