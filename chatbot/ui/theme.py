"""The looks of the program: palettes, colours for delegates, zoom.

``palette_for`` is a pure function, because the offscreen platform ignores colour schemes; everything that paints takes
its colours from the palette through ``Colours``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from chatbot.ui import fonts
from chatbot.ui.stylesheet import stylesheet

Scheme = Literal["system", "light", "dark"]
MINIMUM_ZOOM_PERCENT, MAXIMUM_ZOOM_PERCENT = 75, 250

_LIGHT = {
    "window": "#f4f6f7", "base": "#ffffff", "alternate": "#eef1f3", "text": "#1b2127", "muted": "#57636e",
    "button": "#ffffff", "accent": "#0e6f66", "on_accent": "#ffffff", "link": "#0b5fa5",
    "divider": "#d8dee3", "disabled": "#8b959e",
}
_DARK = {
    "window": "#16191c", "base": "#1d2125", "alternate": "#22272c", "text": "#e4e8eb", "muted": "#aab4bd",
    "button": "#262b30", "accent": "#57bfb0", "on_accent": "#06211d", "link": "#82bdf2",
    "divider": "#363d44", "disabled": "#6d777f",
}


def palette_for(scheme: Literal["light", "dark"]) -> QPalette:
    """The palette of a colour scheme. Pure: looks at nothing but its argument."""
    colours = _DARK if scheme == "dark" else _LIGHT
    palette = QPalette()
    role = QPalette.ColorRole
    for name, roles in (
            ("window", (role.Window,)), ("base", (role.Base, role.ToolTipBase)), ("alternate", (role.AlternateBase,)),
            ("text", (role.WindowText, role.Text, role.ButtonText, role.ToolTipText, role.BrightText)),
            ("muted", (role.PlaceholderText,)), ("button", (role.Button,)),
            ("accent", (role.Highlight, role.Accent)), ("on_accent", (role.HighlightedText,)),
            ("link", (role.Link, role.LinkVisited)), ("divider", (role.Mid, role.Midlight)),
            ("alternate", (role.Light,)), ("divider", (role.Dark,)), ("disabled", (role.Shadow,))):
        for each in roles:
            palette.setColor(each, QColor(colours[name]))
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(colours["disabled"]))
    palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(colours["divider"]))
    palette.setColor(QPalette.ColorGroup.Disabled, role.HighlightedText, QColor(colours["text"]))
    return palette


def luminance(colour: QColor) -> float:
    """Relative luminance as WCAG 2 defines it, 0 (black) to 1 (white)."""
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


def contrast(first: QColor, second: QColor) -> float:
    """Contrast ratio as WCAG 2 defines it, 1 (same) to 21 (black on white)."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mixed(first: QColor, second: QColor, share: float) -> QColor:
    """``first`` with ``share`` (0 to 1) of ``second`` in it."""
    return QColor.fromRgbF(*(a + (b - a) * share for a, b in (
        (first.redF(), second.redF()), (first.greenF(), second.greenF()), (first.blueF(), second.blueF()))))


@dataclass(frozen=True)
class Colours:
    """What delegates and painted widgets use, derived from a palette."""

    is_dark: bool
    window: QColor
    surface: QColor
    """Cards, inputs and lists: one step off the window."""
    raised: QColor
    """Hover, headers, code."""
    text: QColor
    muted_text: QColor
    disabled_text: QColor
    accent: QColor
    accent_text: QColor
    """Text on ``accent``."""
    accent_tint: QColor
    """A quiet wash of the accent, behind ``text``."""
    divider: QColor
    selection: QColor
    selection_text: QColor
    user_bubble: QColor
    user_bubble_text: QColor
    bot_bubble: QColor
    bot_bubble_text: QColor
    link: QColor
    danger: QColor
    """Text or an icon that warns of harm, readable on ``window`` and ``surface``."""
    warning: QColor
    success: QColor

    @classmethod
    def from_palette(cls, palette: QPalette) -> Colours:
        """The colours that go with ``palette``."""
        role = QPalette.ColorRole
        window, surface, text = palette.color(role.Window), palette.color(role.Base), palette.color(role.Text)
        accent = palette.color(role.Highlight)
        is_dark = luminance(window) < luminance(text)
        return cls(
            is_dark=is_dark, window=window, surface=surface, raised=palette.color(role.AlternateBase), text=text,
            muted_text=palette.color(role.PlaceholderText),
            disabled_text=palette.color(QPalette.ColorGroup.Disabled, role.Text),
            accent=accent, accent_text=palette.color(role.HighlightedText),
            accent_tint=mixed(surface, accent, 0.16 if is_dark else 0.10), divider=palette.color(role.Mid),
            selection=accent, selection_text=palette.color(role.HighlightedText),
            user_bubble=mixed(surface, accent, 0.20 if is_dark else 0.14), user_bubble_text=text,
            bot_bubble=surface, bot_bubble_text=text, link=palette.color(role.Link),
            danger=QColor("#f58f86" if is_dark else "#b3261e"), warning=QColor("#e6b455" if is_dark else "#855500"),
            success=QColor("#7fcf8f" if is_dark else "#1f6f33"))


class ThemeWatcher(QObject):
    """Keeps the application in the chosen theme and follows the desktop when it changes.

    Signals:
        theme_changed: palette or zoom changed; painted things should be built anew.
    """

    theme_changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.setObjectName("theme_watcher")
        self._app = app
        self._base_font = QFont(app.font())
        self._scheme: Scheme = "system"
        self._font_family = ""
        self.zoom_percent = 100
        self._looks: tuple[bool, int, str] | None = None
        """What is shown now; dressing again in the same would measure every widget for nothing."""
        app.styleHints().colorSchemeChanged.connect(self._on_colour_scheme_changed)

    @property
    def is_dark(self) -> bool:
        """Whether the theme shown now is the dark one."""
        if self._scheme == "system":
            return self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return self._scheme == "dark"

    def show(self, scheme: Scheme, zoom_percent: int, font_family: str) -> None:
        """Dress the application anew."""
        self._scheme, self._font_family = scheme, font_family
        self.zoom_percent = max(MINIMUM_ZOOM_PERCENT, min(MAXIMUM_ZOOM_PERCENT, zoom_percent))
        hints = self._app.styleHints()
        if scheme == "system":
            hints.unsetColorScheme()
        else:
            hints.setColorScheme(Qt.ColorScheme.Dark if scheme == "dark" else Qt.ColorScheme.Light)
        self._dress()

    def _dress(self) -> None:
        looks = (self.is_dark, self.zoom_percent, self._font_family)
        if looks == self._looks:
            return
        self._looks = looks
        if self._app.style().objectName().lower() != "fusion":
            self._app.setStyle("Fusion")
        palette = palette_for("dark" if self.is_dark else "light")
        self._app.setFont(fonts.application_font(self._base_font, self._font_family, self.zoom_percent))
        self._app.setPalette(palette)
        self._app.setStyleSheet(stylesheet(Colours.from_palette(palette), self.zoom_percent / 100))
        self.theme_changed.emit()

    @Slot()
    def _on_colour_scheme_changed(self) -> None:
        if self._scheme == "system":
            self._dress()


def watcher() -> ThemeWatcher:
    """The application's one theme watcher; made on first use."""
    app = QGuiApplication.instance()
    if not isinstance(app, QApplication):
        raise RuntimeError("a QApplication must exist before a theme is applied")
    found = app.findChild(ThemeWatcher, "theme_watcher")
    return found if found is not None else ThemeWatcher(app)


def apply_theme(app: QApplication, scheme: Scheme, zoom_percent: int, font_family: str = "") -> None:
    """Show ``scheme`` at ``zoom_percent`` (75 to 250) everywhere, at once. May be called as often as wanted."""
    assert app is QApplication.instance()
    watcher().show(scheme, zoom_percent, font_family)


def colours() -> Colours:
    """The colours of the palette the application shows now."""
    return Colours.from_palette(QGuiApplication.palette())


def scaled(pixels: float) -> int:
    """A length drawn for 100 % zoom, in pixels at the present zoom; at least 1."""
    return max(1, round(pixels * watcher().zoom_percent / 100))
