"""A problem in the language of the window.

Rooms without a window write English sentences and name each with a code. The commonest codes have a translated
sentence here, filled with the problem's details. Of several the first that the details fill is taken, so those that
want more come first. Any other problem is shown in English rather than not at all.
"""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from chatbot.core.errors import Problem

_CONTEXT = "Problem"

SENTENCES: dict[str, str | tuple[str, ...]] = {
    "disk_full": (
        QT_TRANSLATE_NOOP(
            "Problem", "The disk of {path} has {free} MB free, but {needed} MB are needed; make room or choose another "
                       "folder for models."),
        QT_TRANSLATE_NOOP(
            "Problem", "The disk with {path} is full; free some space, then try again. What was saved is safe."),
        QT_TRANSLATE_NOOP(
            "Problem", "The disk of {folder} is full; make room and try again, what was fetched is kept.")),
    "read_only": QT_TRANSLATE_NOOP(
        "Problem", "{path} cannot be written; give yourself write permission or set CHATBOT_HOME to another folder."),
    "database_damaged": QT_TRANSLATE_NOOP(
        "Problem", "The chat database {path} is damaged; restart the program, which then keeps the file aside and "
                   "goes on with the latest backup."),
    "database_busy": QT_TRANSLATE_NOOP(
        "Problem", "Another program holds the chat database {path}; close it, then try again."),
    "database_too_new": QT_TRANSLATE_NOOP(
        "Problem", "The chats in {path} were saved by a newer version of this program; install that version to open "
                   "them."),
    "not_a_chat_database": QT_TRANSLATE_NOOP(
        "Problem", "{path} is a database of another program; move it away, or set CHATBOT_HOME to another folder."),
    "cannot_open": QT_TRANSLATE_NOOP(
        "Problem", "{path} cannot be opened ({reason}); check that its folder exists and may be written."),
    "io_error": QT_TRANSLATE_NOOP("Problem", "Reading or writing {path} failed ({reason}); check the disk."),
    "text_too_large": QT_TRANSLATE_NOOP(
        "Problem", "This text is too large to be saved; split it into smaller messages."),
    "conversation_deleted": QT_TRANSLATE_NOOP(
        "Problem", "This conversation was deleted; bring it back from the deleted conversations to open it."),
    "already_running": QT_TRANSLATE_NOOP(
        "Problem", "The program is already running with the chats in {path}; use that window, or close it first."),
    "cannot_write_file": QT_TRANSLATE_NOOP("Problem", "{path} cannot be written ({reason}); choose another place."),
    "cannot_read_file": QT_TRANSLATE_NOOP("Problem", "{path} cannot be read ({reason}); choose another file."),
    "import_too_large": QT_TRANSLATE_NOOP(
        "Problem", "{path} is too large ({megabytes} MB); export fewer conversations at a time."),
    "import_not_json": QT_TRANSLATE_NOOP(
        "Problem", "{path} is not a complete JSON file; choose a file that this program exported."),
    "import_not_ours": QT_TRANSLATE_NOOP(
        "Problem", "{path} is not an export of this program; choose a file that it wrote as JSON."),
    "import_too_new": QT_TRANSLATE_NOOP(
        "Problem", "{path} was written by a newer version of this program; update, then import it."),
    "import_damaged": QT_TRANSLATE_NOOP(
        "Problem", "{path} was altered or is incomplete ({reason}); nothing was imported."),
    "import_no_chats": QT_TRANSLATE_NOOP(
        "Problem", "There is nothing to learn from yet: chat with the program first."),
    "settings_not_saved": QT_TRANSLATE_NOOP(
        "Problem", "The settings could not be saved to {path}; they stay as they are until the program ends."),
    "state_damaged": QT_TRANSLATE_NOOP(
        "Problem", "The saved memory of this conversation is damaged; it is read again from the text."),
    "state_of_other_model": QT_TRANSLATE_NOOP(
        "Problem", "The saved memory of this conversation belongs to another model; it is read again from the text."),
    "network": (
        QT_TRANSLATE_NOOP("Problem", "The connection to {host} failed ({reason}); check the connection and try again."),
        QT_TRANSLATE_NOOP("Problem", "{host} has a problem (status {status}); try again later."),
        QT_TRANSLATE_NOOP("Problem", "{host} does not answer; check the connection and try again.")),
    "not_found": QT_TRANSLATE_NOOP("Problem", "{address} was not found; check the address."),
    "refused": QT_TRANSLATE_NOOP("Problem", "{address} does not allow this download; check the address."),
    "stalled": QT_TRANSLATE_NOOP("Problem", "The download has come to a halt; check the connection and try again."),
    "cut_off": QT_TRANSLATE_NOOP("Problem", "{address} ended early; try again."),
    "not_writable": QT_TRANSLATE_NOOP(
        "Problem", "{path} cannot be written to; choose another folder for models or change its rights."),
    "model_exists": QT_TRANSLATE_NOOP(
        "Problem", "A model called {model} is installed already; remove it first or ask for it to be replaced."),
    "model_missing": QT_TRANSLATE_NOOP("Problem", "{file} of {model} is missing; install the model again."),
    "model_altered": (
        QT_TRANSLATE_NOOP("Problem", "{file} of the model {model} is altered: its SHA-256 is {found} instead of "
                                     "{expected}; install the model again."),
        QT_TRANSLATE_NOOP("Problem", "{file} of the model {model} has {size} bytes instead of {expected_size}; it is "
                                     "cut off or altered, install the model again.")),
    "torch_missing": QT_TRANSLATE_NOOP(
        "Problem", "PyTorch is missing, so no model can write; install the program again."),
}

TITLES: dict[str, str] = {
    "disk_full": QT_TRANSLATE_NOOP("Problem", "The disk is full"),
    "read_only": QT_TRANSLATE_NOOP("Problem", "Cannot write"),
    "database": QT_TRANSLATE_NOOP("Problem", "The chat database"),
    "import": QT_TRANSLATE_NOOP("Problem", "Nothing was imported"),
    "settings": QT_TRANSLATE_NOOP("Problem", "Settings"),
    "model": QT_TRANSLATE_NOOP("Problem", "The model cannot be used"),
    "state": QT_TRANSLATE_NOOP("Problem", "Memory"),
    "bug": QT_TRANSLATE_NOOP("Problem", "A mistake in the program"),
    "": QT_TRANSLATE_NOOP("Problem", "Something went wrong"),
}
_BUG = QT_TRANSLATE_NOOP(
    "Problem", "The program made a mistake ({0}). Your chats are saved; the log has the details for a report.")


def sentence(problem: Problem) -> str:
    """What is wrong and what to do, in the language of the window where there is a translation."""
    if problem.is_bug:
        return QCoreApplication.translate(_CONTEXT, _BUG).format(problem.sentence)
    templates = SENTENCES.get(problem.code, ())
    for template in (templates,) if isinstance(templates, str) else templates:
        try:
            return QCoreApplication.translate(_CONTEXT, template).format_map(problem.details)
        except (KeyError, IndexError, ValueError):
            continue  # another room uses the code with other details
    return problem.sentence


def title(problem: Problem) -> str:
    """A few words above the sentence."""
    family = problem.code.partition("_")[0]
    source = TITLES.get("bug" if problem.is_bug else problem.code) or TITLES.get(family) or TITLES[""]
    return QCoreApplication.translate(_CONTEXT, source)
