"""The list of models: names with a quiet second line, and a thin bar while one is downloaded."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from chatbot.core.models import ModelRow, ModelStage, TransferProgress
from chatbot.ui import theme
from chatbot.ui.model_texts import row_status

Index = QModelIndex | QPersistentModelIndex


class ModelListRole(IntEnum):
    """What the delegate asks for."""

    STATUS = Qt.ItemDataRole.UserRole + 1
    SHARE = Qt.ItemDataRole.UserRole + 2
    """Done share of a download, 0 to 1; None: no bar."""
    STAGE = Qt.ItemDataRole.UserRole + 3


class ModelListModel(QAbstractListModel):
    """Rows of the models page with the progress of running downloads."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[ModelRow] = []
        self._progress: dict[str, TransferProgress] = {}
        self._default_id = ""

    def show_rows(self, rows: list[ModelRow]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def show_progress(self, progress: TransferProgress) -> None:
        """A download has come further."""
        self._progress[progress.model_id] = progress
        self._touch(progress.model_id)

    def end_progress(self, model_id: str) -> None:
        """A download has ended in whatever way."""
        self._progress.pop(model_id, None)
        self._touch(model_id)

    def set_default(self, model_id: str) -> None:
        """Mark the model that new conversations use."""
        self._default_id = model_id
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    @property
    def installed_count(self) -> int:
        """How many models can be used."""
        return sum(row.stage is ModelStage.INSTALLED for row in self._rows)

    def row_of(self, model_id: str) -> int:
        """Where a model stands; -1: nowhere."""
        return next((number for number, row in enumerate(self._rows) if row.id == model_id), -1)

    def row_at(self, index: Index) -> ModelRow | None:
        """The model of an index."""
        return self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else None

    def progress_of(self, model_id: str) -> TransferProgress | None:
        """How far its download is; None: none runs."""
        return self._progress.get(model_id)

    def rowCount(self, parent: Index | None = None) -> int:
        """How many models there are."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Name, status and bar of a row."""
        row = self.row_at(index)
        if row is None:
            return None
        progress = self._progress.get(row.id)
        status = row_status(row, progress, row.id == self._default_id)
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.name}, {status}"
        if role == ModelListRole.STATUS:
            return status
        if role == ModelListRole.STAGE:
            return row.stage
        if role == ModelListRole.SHARE:
            return _share(row, progress)
        return None

    def _touch(self, model_id: str) -> None:
        number = self.row_of(model_id)
        if number >= 0:
            self.dataChanged.emit(self.index(number), self.index(number))


class ModelListDelegate(QStyledItemDelegate):
    """Paints a row; colours come from the palette."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Two lines and room for the bar."""
        return QSize(theme.scaled(120), 2 * QFontMetrics(option.font).height() + theme.scaled(22))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Name, second line, bar."""
        self.initStyleOption(option, index)
        option.text = ""
        option.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        colours, metrics, margin = theme.colours(), QFontMetrics(option.font), theme.scaled(10)
        box = option.rect.adjusted(margin, theme.scaled(6), -margin, -theme.scaled(6))
        painter.save()
        painter.setPen(colours.text)
        name = metrics.elidedText(index.data(), Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, int(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading), name)
        is_broken = index.data(ModelListRole.STAGE) == ModelStage.BROKEN
        painter.setPen(colours.danger if is_broken else colours.muted_text)
        second = box.adjusted(0, metrics.height() + theme.scaled(2), 0, 0)
        status = metrics.elidedText(index.data(ModelListRole.STATUS), Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(second, int(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading), status)
        share = index.data(ModelListRole.SHARE)
        if share is not None:
            _paint_bar(painter, QRectF(box.left(), box.bottom() - theme.scaled(3), box.width(), theme.scaled(3)), share)
        painter.restore()


class ModelListView(QListView):
    """The list itself."""

    def __init__(self, model: ModelListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setItemDelegate(ModelListDelegate(self))
        self.setAccessibleName(self.tr("Models"))
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)


def _share(row: ModelRow, progress: TransferProgress | None) -> float | None:
    if progress is not None:
        return progress.done_bytes / max(1, progress.total_bytes)
    if row.stage is ModelStage.UNFINISHED:
        return row.done_bytes / max(1, row.bytes)
    return None


def _paint_bar(painter: QPainter, box: QRectF, share: float) -> None:
    colours, radius = theme.colours(), box.height() / 2
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colours.divider)
    painter.drawRoundedRect(box, radius, radius)
    painter.setBrush(colours.accent)
    painter.drawRoundedRect(QRectF(box.left(), box.top(), max(box.height(), box.width() * share), box.height()),
                            radius, radius)
