"""Words about models: sizes, states, times left, in the language of the window."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QLocale

from chatbot.core.models import ModelRow, ModelStage, TransferProgress

_CONTEXT = "Models"
_STAGES = {
    ModelStage.INSTALLED: QT_TRANSLATE_NOOP("Models", "Installed"),
    ModelStage.BROKEN: QT_TRANSLATE_NOOP("Models", "Cannot be used"),
    ModelStage.AVAILABLE: QT_TRANSLATE_NOOP("Models", "Available"),
    ModelStage.UNFINISHED: QT_TRANSLATE_NOOP("Models", "Paused"),
}
_PHASES = {
    "waiting": QT_TRANSLATE_NOOP("Models", "Waiting for its turn"),
    "fetching": QT_TRANSLATE_NOOP("Models", "Downloading"),
    "checking": QT_TRANSLATE_NOOP("Models", "Checking"),
    "installed": QT_TRANSLATE_NOOP("Models", "Installed"),
}
_PERSONAL = QT_TRANSLATE_NOOP("Models", "Personal")
_DEFAULT = QT_TRANSLATE_NOOP("Models", "In use")
_UPDATE = QT_TRANSLATE_NOOP("Models", "Update to {0}")
_PERCENT = QT_TRANSLATE_NOOP("Models", "{0} %")
_OF = QT_TRANSLATE_NOOP("Models", "{0} of {1}")
_SPEED = QT_TRANSLATE_NOOP("Models", "{0}/s")
_LEFT = QT_TRANSLATE_NOOP("Models", "{0} left")
_SECONDS = QT_TRANSLATE_NOOP("Models", "{0} s")
_MINUTES = QT_TRANSLATE_NOOP("Models", "{0} min")
_HOURS = QT_TRANSLATE_NOOP("Models", "{0} h {1} min")
_MILLIONS = QT_TRANSLATE_NOOP("Models", "{0} million parameters")
_PARAMETERS = QT_TRANSLATE_NOOP("Models", "{0} parameters")
_MEMORY = QT_TRANSLATE_NOOP("Models", "needs {0} of memory")
_MADE_FROM = QT_TRANSLATE_NOOP("Models", "made from {0}")
_VERSION = QT_TRANSLATE_NOOP("Models", "Version {0}")


def _text(source: str) -> str:
    return QCoreApplication.translate(_CONTEXT, source)


def size_text(count: int) -> str:
    """Bytes for people, with this language's decimal mark."""
    return QLocale().formattedDataSize(count, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def language_text(tag: str) -> str:
    """The language's own name for a tag such as ``en``; the tag itself where it is not known."""
    locale = QLocale(tag)
    if locale.language() is QLocale.Language.English:
        return "English"  # its own name would be "American English", which the tag did not say
    name = locale.nativeLanguageName() if locale.language() is not QLocale.Language.C else ""
    return name[:1].upper() + name[1:] if name else tag


def row_status(row: ModelRow, progress: TransferProgress | None, is_default: bool) -> str:
    """The second line of a row in the list."""
    if progress is not None:
        share = 100 * progress.done_bytes // max(1, progress.total_bytes)
        return joined(_text(_PHASES[progress.phase]), _text(_PERCENT).format(share))
    words = [_text(_DEFAULT) if is_default else _text(_STAGES[row.stage])]
    if row.is_personal:
        words.append(_text(_PERSONAL))
    if row.update_version is not None:
        words.append(_text(_UPDATE).format(row.update_version))
    if row.bytes:
        words.append(size_text(row.bytes))
    return joined(*words)


def fact_line(row: ModelRow) -> str:
    """Version, language, size and licence in one line."""
    version = _text(_VERSION).format(row.version) if row.version else ""
    language = language_text(row.language) if row.language else ""
    return joined(version, language, size_text(row.bytes) if row.bytes else "", row.license)


def second_fact_line(row: ModelRow) -> str:
    """Parameters, memory and parent, as far as they are known."""
    count = row.parameters
    parameters = ""
    if count is not None and count >= 1_000_000:
        parameters = _text(_MILLIONS).format(QLocale().toString(count / 1e6, "f", 1))
    elif count is not None:
        parameters = _text(_PARAMETERS).format(QLocale().toString(count))
    memory = _text(_MEMORY).format(size_text(row.memory_bytes)) if row.memory_bytes else ""
    return joined(parameters, memory, _text(_MADE_FROM).format(row.parent) if row.parent else "")


def progress_text(progress: TransferProgress) -> str:
    """Phase, bytes, speed and time left."""
    words = [_text(_PHASES[progress.phase])]
    if progress.phase == "fetching":
        words.append(_text(_OF).format(size_text(progress.done_bytes), size_text(progress.total_bytes)))
        if progress.bytes_per_second > 0:
            words.append(_text(_SPEED).format(size_text(round(progress.bytes_per_second))))
        if progress.seconds_left is not None:
            words.append(_text(_LEFT).format(duration_text(progress.seconds_left)))
    return joined(*words)


def duration_text(seconds: float) -> str:
    """A rough duration: 40 s, 12 min, 2 h 5 min."""
    if seconds < 60:
        return _text(_SECONDS).format(max(1, round(seconds)))
    minutes = round(seconds / 60)
    if minutes < 60:
        return _text(_MINUTES).format(minutes)
    return _text(_HOURS).format(minutes // 60, minutes % 60)


def joined(*words: str) -> str:
    """The words that there are, with dots between them."""
    return " · ".join(word for word in words if word)
