"""Shows a model card: Markdown by a stranger, so no HTML, no pictures, nothing loaded, links only by a click."""

from __future__ import annotations

from PySide6.QtCore import QUrl, Signal, Slot
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QTextBrowser, QWidget

LONGEST_CARD = 100_000
"""Characters; a longer card is cut, because laying it out would make the window wait."""


class ModelCardView(QTextBrowser):
    """Signals:
        address_chosen(str): the person clicked a web link.
    """

    address_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOpenLinks(False)
        self.setAccessibleName(self.tr("Model card"))
        self.anchorClicked.connect(self._on_anchor_clicked)

    def show_card(self, markdown: str) -> None:
        """Replace what is shown. HTML in the text is shown as it is written."""
        self.document().setMarkdown(
            markdown[:LONGEST_CARD],
            QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML)
        self.verticalScrollBar().setValue(0)

    def loadResource(self, kind: int, name: QUrl) -> None:
        """Nothing is ever loaded, from the network or from this computer."""
        return

    @Slot(QUrl)
    def _on_anchor_clicked(self, address: QUrl) -> None:
        if address.scheme() in ("https", "http"):
            self.address_chosen.emit(address.toString())
