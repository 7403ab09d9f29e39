"""The style sheet over Fusion: rounded controls, quiet borders, slim scroll bars. Built from colours and zoom.

A style sheet cannot recolour a picture, so the few small ones it needs (arrows, check marks) are in
``resources/controls`` in a grey that is visible on both themes, or in two versions.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor

from chatbot.paths import resource

if TYPE_CHECKING:
    from chatbot.ui.theme import Colours

_TEMPLATE = """
QToolTip { background: @raised; color: @text; border: 1px solid @divider; padding: 5px; }

QPushButton, QComboBox {
    background: @button; color: @text; border: 1px solid @divider; border-radius: 6px; padding: 5px 12px;
    min-height: 18px;
}
QPushButton:hover, QComboBox:hover { background: @hover; }
QPushButton:pressed, QPushButton:checked { background: @pressed; }
QPushButton:focus, QComboBox:focus { border: 1px solid @accent; }
QPushButton:disabled, QComboBox:disabled { color: @disabled_text; background: transparent; }
QPushButton:default { border-color: @accent; }
QPushButton[role="primary"] {
    background: @accent; color: @accent_text; border-color: @accent; }
QPushButton[role="primary"]:hover { background: @accent_hover; }
QPushButton[role="primary"]:focus { border: 2px solid @text; padding: 4px 11px; }
QPushButton[role="primary"]:disabled { background: @divider; color: @disabled_text; border-color: @divider; }
QPushButton[role="danger"] { color: @danger; }
QPushButton[role="link"] { background: transparent; border: 1px solid transparent; color: @link; padding: 3px 6px; }
QPushButton[role="link"]:hover { background: @hover; }
QPushButton[role="link"]:focus { border-color: @accent; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 4px; color: @text; }
QToolButton:hover { background: @hover; }
QToolButton:pressed, QToolButton:checked { background: @pressed; }
QToolButton:focus { border: 1px solid @accent; }
QToolButton:disabled { color: @disabled_text; }
QToolButton::menu-indicator { image: none; }
QToolButton[role="off"] { border: 1px solid @divider; padding: 2px 7px; color: @muted_text; }
QToolButton[role="off"]:hover { background: @hover; }
QToolButton[role="off"]:checked { background: @raised; color: @text; border-color: @control_border; }
QToolButton[role="off"]:focus { border-color: @accent; }
QToolButton[role="fold"], QToolButton[role="fold"]:checked {
    background: transparent; font-weight: 600; padding: 3px 6px 3px 0px; margin-left: -4px; }
QToolButton[role="fold"]:hover { background: @hover; }

QComboBox { padding: 5px 8px; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url("@arrow_down"); width: 14px; height: 14px; }
QComboBox QAbstractItemView {
    background: @surface; color: @text; border: 1px solid @divider; padding: 4px; outline: none;
    selection-background-color: @accent_tint; selection-color: @text;
}

QLineEdit, QPlainTextEdit, QTextEdit, QTextBrowser, QAbstractSpinBox, QKeySequenceEdit {
    background: @surface; color: @text; border: 1px solid @divider; border-radius: 6px; padding: 4px 7px;
    selection-background-color: @selection; selection-color: @selection_text;
}
QLineEdit, QAbstractSpinBox { min-height: 18px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QTextBrowser:focus, QAbstractSpinBox:focus {
    border: 1px solid @accent; }
QLineEdit:disabled, QAbstractSpinBox:disabled { color: @disabled_text; background: @window; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; width: 16px; background: transparent; }
QAbstractSpinBox::up-arrow { image: url("@arrow_up"); width: 11px; height: 11px; }
QAbstractSpinBox::down-arrow { image: url("@arrow_down"); width: 11px; height: 11px; }

QCheckBox, QRadioButton {
    spacing: 8px; padding: 2px; margin-left: -2px; border: 1px solid transparent; border-radius: 4px; }
QCheckBox:focus, QRadioButton:focus { border-color: @accent; }
QCheckBox::indicator, QRadioButton::indicator {
    width: 15px; height: 15px; border: 1px solid @control_border; background: @surface; }
QCheckBox::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: @accent; }
QCheckBox::indicator:checked { background: @accent; border-color: @accent; image: url("@check"); }
QRadioButton::indicator:checked { background: @accent; border-color: @accent; image: url("@dot"); }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { background: @window; border-color: @divider; }

QSlider:horizontal { min-height: 20px; }
QSlider::groove:horizontal { height: @groove; background: @track; border-radius: 2px; }
QSlider::sub-page:horizontal { background: @accent; border-radius: 2px; }
QSlider::sub-page:horizontal:disabled { background: @track; }
QSlider::handle:horizontal {
    width: @knob_width; margin: -@knob_margin 0; border-radius: @knob_radius; background: @surface;
    border: 1px solid @accent; }
QSlider::handle:horizontal:hover { background: @accent_tint; }
QSlider::handle:horizontal:focus { border: @knob_ring solid @accent; width: @knob_focus_width; }
QSlider[isOff="true"]::sub-page:horizontal { background: @track; }
QSlider[isOff="true"]::handle:horizontal { border-color: @control_border; }

QListView, QTreeView, QTableView {
    background: @surface; color: @text; border: 1px solid @divider; border-radius: 6px; outline: none;
    alternate-background-color: @raised; selection-background-color: @accent_tint; selection-color: @text;
}
QListView:focus, QTreeView:focus, QTableView:focus { border: 1px solid @accent; }
QListView::item, QTreeView::item { padding: 4px 6px; border-radius: 4px; }
QListView::item:selected, QTreeView::item:selected, QTableView::item:selected {
    background: @accent_tint; color: @text; }
QHeaderView::section {
    background: @surface; color: @muted_text; border: none; border-bottom: 1px solid @divider; padding: 5px 6px; }
QTableView QHeaderView::section { padding-left: 11px; }
QTableView { gridline-color: @divider; }
QTableView::item { padding: 3px 8px; }

QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }

QMenu { background: @surface; color: @text; border: 1px solid @divider; padding: 5px; }
QMenu::item { padding: 6px 24px 6px 10px; border-radius: 4px; }
QMenu::icon { padding-left: 8px; }
QMenu::item:selected { background: @accent_tint; color: @text; }
QMenu::item:disabled { color: @disabled_text; background: transparent; }
QMenu::separator { height: 1px; background: @divider; margin: 5px 6px; }
QMenu::right-arrow { image: url("@arrow_right"); width: 12px; height: 12px; }
QMenuBar { background: @window; color: @text; border-bottom: 1px solid @divider; }
QMenuBar::item { padding: 5px 10px; background: transparent; border-radius: 4px; }
QMenuBar::item:selected { background: @hover; }

QScrollBar:vertical { background: transparent; width: 12px; margin: 0; border: none; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; border: none; }
QScrollBar::handle { background: @handle; border-radius: 4px; border: 2px solid transparent; }
QScrollBar::handle:vertical { min-height: 32px; margin: 1px 2px; }
QScrollBar::handle:horizontal { min-width: 32px; margin: 2px 1px; }
QScrollBar::handle:disabled { background: transparent; }
QScrollBar::handle:hover { background: @control_border; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; background: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: none; }

QTabWidget::pane { border: none; border-top: 1px solid @divider; }
QTabBar::tab { padding: 7px 14px; color: @muted_text; border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: @text; }
QTabBar::tab:selected { color: @text; border-bottom: 2px solid @accent; }
QTabBar::tab:focus { background: @accent_tint; }

QSplitter::handle { background: @divider; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QStatusBar { background: @window; color: @muted_text; border-top: 1px solid @divider; }
QStatusBar::item { border: none; }
QProgressBar { background: @track; border: none; border-radius: 3px; text-align: center; max-height: 6px; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }

QLabel[role="heading"] { color: @text; font-weight: 600; }
QLabel[role="section"] { color: @muted_text; font-weight: 600; }
QLabel[role="muted"] { color: @muted_text; }
QLabel[role="warning"] { color: @warning; }
QLabel[role="danger"] { color: @danger; }
QFrame[role="line"] { background: @divider; border: none; max-height: 1px; min-height: 1px; }
QFrame[role="card"] { background: @surface; border: 1px solid @divider; border-radius: 8px; }
QScrollArea[role="plain"], QScrollArea[role="plain"] > QWidget > QWidget[role="plain"] {
    background: transparent; border: none; }
QListView[role="pages"] { background: transparent; border: none; }
QListView[role="pages"]::item { padding: 8px 10px; margin: 1px 0; border-radius: 6px; }
QListView[role="pages"]::item:hover { background: @hover; }
"""
_LENGTH = re.compile(r"(\d+)px")
_NAME = re.compile(r"@(\w+)")


def stylesheet(colours: Colours, zoom: float) -> str:
    """The application's style sheet for ``colours``; ``zoom`` 1.0 is 100 %. Lines stay one pixel wide at least."""
    values = _values(colours) | _knob(zoom)
    scaled = _LENGTH.sub(lambda match: f"{_scaled(int(match[1]), zoom)}px", _TEMPLATE)
    return _NAME.sub(lambda match: values[match[1]], scaled)


def _scaled(length: int, zoom: float) -> int:
    return length if length <= 1 else max(1, round(length * zoom))


def _knob(zoom: float) -> dict[str, str]:
    """The slider's knob: round only if its parts add up to the pixel, so they are rounded together."""
    groove, margin, ring = _scaled(4, zoom), _scaled(6, zoom), _scaled(3, zoom)
    side = groove + 2 * margin
    lengths = {"groove": groove, "knob_margin": margin, "knob_radius": side // 2, "knob_width": side - 2,
               "knob_ring": ring, "knob_focus_width": side - 2 * ring}
    return {name: f"{length}px" for name, length in lengths.items()}


def _values(colours: Colours) -> dict[str, str]:
    """What the names in the template stand for."""
    from chatbot.ui.theme import mixed
    version = "dark" if colours.is_dark else "light"
    values = {name: value.name() for name, value in vars(colours).items() if isinstance(value, QColor)}
    values |= {
        "button": (colours.raised if colours.is_dark else colours.surface).name(),
        "hover": mixed(colours.window, colours.text, 0.07).name(),
        "pressed": mixed(colours.window, colours.text, 0.13).name(),
        "track": mixed(colours.window, colours.text, 0.16).name(),
        "handle": mixed(colours.window, colours.text, 0.22).name(),
        "control_border": mixed(colours.window, colours.text, 0.52).name(),
        "accent_hover": mixed(colours.accent, colours.text, 0.12).name(),
    }
    pictures = {"arrow_down": "arrow-down", "arrow_up": "arrow-up", "arrow_right": "arrow-right",
                "check": f"check-{version}", "dot": f"dot-{version}"}
    return values | {name: resource(f"controls/{file}.svg").as_posix() for name, file in pictures.items()}
