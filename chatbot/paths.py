"""Where everything lives on this computer.

Nothing here creates a folder: whoever writes first does, with the rights it needs. One environment variable,
``CHATBOT_HOME``, moves all of it, which is what tests, a portable installation and a second profile use.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import platformdirs

APPLICATION = "wren-chatbot"
HOME_VARIABLE = "CHATBOT_HOME"

_PACKAGE = Path(__file__).resolve().parent


def data_folder() -> Path:
    """Chats and models: what a person would be sad to lose."""
    return _folder("data", lambda: platformdirs.user_data_path(APPLICATION, appauthor=False))


def config_folder() -> Path:
    """Settings."""
    return _folder("config", lambda: platformdirs.user_config_path(APPLICATION, appauthor=False))


def cache_folder() -> Path:
    """What may be deleted at any time."""
    return _folder("cache", lambda: platformdirs.user_cache_path(APPLICATION, appauthor=False))


def log_folder() -> Path:
    """Log files."""
    return _folder("log", lambda: platformdirs.user_log_path(APPLICATION, appauthor=False))


def models_folder() -> Path:
    """Installed and personal models, where the user has moved them; the ones that ship are in ``bundled_models``."""
    try:
        moved_to = _moved_models_note().read_text("utf-8").strip()
    except (OSError, ValueError):
        moved_to = ""
    return Path(moved_to) if moved_to and Path(moved_to).is_absolute() else data_folder() / "models"


def set_models_folder(folder: Path) -> None:
    """Remember that the models were moved to ``folder``. Raises ``OSError``."""
    note = _moved_models_note()
    note.parent.mkdir(parents=True, exist_ok=True)
    temporary = note.with_name(f"{note.name}.{os.getpid()}.tmp")
    temporary.write_text(str(folder.absolute()), "utf-8")
    temporary.replace(note)


def database_file() -> Path:
    """The chat database."""
    return data_folder() / "chats.db"


def settings_file() -> Path:
    """The settings, as TOML."""
    return config_folder() / "settings.toml"


def resource(name: str) -> Path:
    """The file or folder ``name`` (with forward slashes) of the program's own resources.

    Raises ``FileNotFoundError`` if the installation lacks it and ``ValueError`` if ``name`` leads outside.
    """
    parts = name.split("/")
    if not name or ".." in parts or Path(name).is_absolute():
        raise ValueError(f"{name!r} is not the name of a resource")
    for root in (_PACKAGE / "_resources", _PACKAGE.parent / "resources"):
        place = root.joinpath(*parts)
        if place.exists():
            return place
    raise FileNotFoundError(f"The resource {name!r} is missing; install the program again.")


def bundled_models() -> Path:
    """The folder of the models that ship with the program: of the installed package, else of the checkout."""
    packaged = _PACKAGE / "_models"
    return packaged if packaged.is_dir() else _PACKAGE.parent / "models"


def _moved_models_note() -> Path:
    return data_folder() / "models_folder.txt"


def _folder(name: str, usual: Callable[[], Path]) -> Path:
    """The folder ``name`` below ``CHATBOT_HOME`` if that is set, else the ``usual`` one of this system."""
    home = os.environ.get(HOME_VARIABLE, "").strip()
    if home:
        return Path(home).expanduser().absolute() / name
    return usual()
