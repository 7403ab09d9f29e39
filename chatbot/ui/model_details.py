"""The right side of the models page: everything about one model, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFormLayout, QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from chatbot.core.models import ModelRow, ModelStage, TransferProgress
from chatbot.ui import icons, theme
from chatbot.ui.model_card_view import ModelCardView
from chatbot.ui.model_numbers import shown_numbers
from chatbot.ui.model_texts import fact_line, progress_text, second_fact_line

SHOWN_NUMBERS = 8
BUTTONS = ("use", "download", "update", "resume", "pause", "cancel", "compare", "verify", "open_folder", "delete")
_ICONS = {"use": "check", "download": "arrow-down", "update": "arrow-down", "resume": "continue", "cancel": "close",
          "verify": "lock", "open_folder": "folder", "delete": "delete", "pause": "stop",
          "compare": "compare"}


class ModelDetails(QWidget):
    """Shows one model.

    Signals:
        action_chosen(str): one of ``BUTTONS``, for the shown model.
    """

    action_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: ModelRow | None = None
        self.title = QLabel(self)
        self.title.setProperty("role", "heading")
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.facts, self.more_facts, self.problem = QLabel(self), QLabel(self), QLabel(self)
        self.description, self.progress_label = QLabel(self), QLabel(self)
        for label, role in ((self.facts, "muted"), (self.more_facts, "muted"), (self.problem, "danger"),
                            (self.description, ""), (self.progress_label, "muted")):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setProperty("role", role)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bar = QProgressBar(self)
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the download"))
        self.buttons = {name: QPushButton(self) for name in BUTTONS}
        self.numbers = QFrame(self)
        self._numbers_form = QFormLayout(self.numbers)
        self.card = ModelCardView(self)
        self._label_buttons()
        self._arrange()
        self.show_row(None, None, is_default=False, is_busy=False)

    def show_row(self, row: ModelRow | None, progress: TransferProgress | None, *, is_default: bool,
                 is_busy: bool, can_compare: bool = False) -> None:
        """Show a model. ``is_busy``: a longer job runs, so that another cannot be begun; ``can_compare``: there is
        another model to compare it with."""
        has_changed = row != self._row
        self._row = row
        self.title.setText(row.name if row else self.tr("No model is chosen."))
        for label, text in ((self.facts, fact_line(row) if row else ""), (self.more_facts,
                            second_fact_line(row) if row else ""), (self.problem, (row and row.problem) or ""),
                            (self.description, row.description if row else "")):
            label.setText(text)
            label.setVisible(bool(text))
        hidden = set() if can_compare else {"compare"}
        self._show_buttons(row, progress, is_default, is_busy, hidden)
        self.show_progress(progress)
        if has_changed:
            self._show_numbers(row)
            self.card.show_card(row.card if row else "")
            self.card.setVisible(bool(row and row.card))

    def show_progress(self, progress: TransferProgress | None) -> None:
        """The bar and the words beside it."""
        self.bar.setVisible(progress is not None)
        self.progress_label.setVisible(progress is not None)
        if progress is not None:
            self.bar.setValue(1000 * progress.done_bytes // max(1, progress.total_bytes))
            self.progress_label.setText(progress_text(progress))

    def _label_buttons(self) -> None:
        texts = {"use": self.tr("Use for new conversations"), "download": self.tr("Download"),
                 "update": self.tr("Update"), "resume": self.tr("Resume"), "pause": self.tr("Pause"),
                 "cancel": self.tr("Cancel download"), "verify": self.tr("Verify"), "compare": self.tr("Compare…"),
                 "open_folder": self.tr("Open folder"), "delete": self.tr("Delete…")}
        for name, button in self.buttons.items():
            button.setText(texts[name])
            button.setObjectName(f"model_{name}")
            is_main = name in ("download", "resume", "update")
            button.setProperty("role", "primary" if is_main else "danger" if name == "delete" else "")
            icons.assign(button, _ICONS[name], "accent_text" if is_main else "danger" if name == "delete" else "text")
            button.setAutoDefault(False)  # or Enter in the list would press the first of them
            button.clicked.connect(self._on_clicked)

    def _arrange(self) -> None:
        font = self.title.font()
        font.setPointSizeF(font.pointSizeF() * 1.35)
        self.title.setFont(font)
        row = QHBoxLayout()
        row.setSpacing(theme.scaled(6))
        for button in self.buttons.values():
            row.addWidget(button)
        row.addStretch(1)
        self._numbers_form.setContentsMargins(0, 0, 0, 0)
        self._numbers_form.setVerticalSpacing(theme.scaled(2))
        self._numbers_form.setHorizontalSpacing(theme.scaled(18))
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.scaled(18), theme.scaled(4), 0, 0)
        box.setSpacing(theme.scaled(6))
        for part in (self.title, self.facts, self.more_facts, self.problem, self.description):
            box.addWidget(part)
        box.addSpacing(theme.scaled(4))
        box.addLayout(row)
        box.addWidget(self.bar)
        box.addWidget(self.progress_label)
        box.addWidget(self.numbers)
        box.addWidget(self.card, 1)
        box.addStretch(0)

    def _show_buttons(self, row: ModelRow | None, progress: TransferProgress | None, is_default: bool,
                      is_busy: bool, hidden: set[str]) -> None:
        wanted: set[str] = set()
        if row is not None and progress is not None:
            wanted = {"pause", "cancel"} if progress.phase in ("waiting", "fetching") else set()
        elif row is not None:
            wanted = _possible(row, is_default)
        for name, button in self.buttons.items():
            button.setVisible(name in wanted - hidden)
            button.setEnabled(not is_busy or name in ("pause", "cancel", "compare", "open_folder"))

    def _show_numbers(self, row: ModelRow | None) -> None:
        while self._numbers_form.rowCount():
            self._numbers_form.removeRow(0)
        for shown in shown_numbers(row.quality)[:SHOWN_NUMBERS] if row else ():
            label, number = QLabel(shown.label, self.numbers), QLabel(shown.value, self.numbers)
            label.setProperty("role", "muted")
            label.setTextFormat(Qt.TextFormat.PlainText)
            self._numbers_form.addRow(label, number)
        self.numbers.setVisible(bool(row and row.quality))

    @Slot()
    def _on_clicked(self) -> None:
        self.action_chosen.emit(self.sender().objectName().removeprefix("model_"))


def _possible(row: ModelRow, is_default: bool) -> set[str]:
    """What can be done with a model that is not being downloaded."""
    if row.stage is ModelStage.AVAILABLE:
        return {"download"}
    if row.stage is ModelStage.UNFINISHED:
        return {"resume", "cancel"}
    names = {"open_folder"} | ({"update"} if row.update_version is not None else set())
    if row.stage is ModelStage.INSTALLED:
        names |= {"compare", "verify"} | (set() if is_default else {"use"})
    return names | ({"delete"} if row.is_removable else set())
