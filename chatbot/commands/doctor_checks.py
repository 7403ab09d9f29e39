"""The single checks of ``chatbot doctor``.

Each returns its section and puts sentences into ``findings``: problems, which make the installation not in order, and
notes, which are good to know.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chatbot import __version__, paths
from chatbot.core.errors import KnownError
from chatbot.process import display

PACKAGES = ("torch", "PySide6-Essentials", "numpy", "safetensors", "sentencepiece", "pydantic", "platformdirs",
            "click", "tqdm", "tomli-w", "pyqtgraph")
LEAST_FREE_BYTES = 200 * 2**20
Section = dict[str, Any]


@dataclass(slots=True)
class Findings:
    """Sentences for the person who asked."""

    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def run_all() -> dict[str, Any]:
    """``ok``, ``problems``, ``notes`` and every section by name. A check that breaks is a problem, not an end."""
    findings = Findings()
    sections: dict[str, Section] = {}
    for name, check in CHECKS.items():
        sections[name] = {}
        try:
            sections[name] = check(findings)
        except KnownError as error:
            findings.problems.append(str(error))
        except Exception as error:  # whatever is broken here, the other checks are still wanted
            findings.problems.append(f"The check of {name} itself failed ({type(error).__name__}: {error}).")
    problems = list(dict.fromkeys(findings.problems))
    return {"ok": not problems, "problems": problems, "notes": findings.notes, **sections}


def check_versions(findings: Findings) -> Section:
    """Versions of everything that matters for a bug report."""
    import sqlite3
    versions: Section = {"chatbot": __version__, "python": platform.python_version(),
                         "system": platform.platform(), "machine": platform.machine(),
                         "sqlite": sqlite3.sqlite_version}
    for package in PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = None
            findings.problems.append(f"The Python package {package} is missing; install it with: pip install {package}")
    if versions["PySide6-Essentials"] == "6.12.0" and sys.version_info < (3, 12):
        findings.problems.append("PySide6 6.12.0 crashes on Python before 3.12; install another one with: "
                                 "pip install 'PySide6-Essentials!=6.12.0'")
    return versions


def check_paths(findings: Findings) -> Section:
    """Where everything is, and whether it can be written."""
    folders = {"data": paths.data_folder(), "config": paths.config_folder(), "cache": paths.cache_folder(),
               "log": paths.log_folder()}
    section: Section = {name: str(folder) for name, folder in folders.items()}
    section |= {"database": str(paths.database_file()), "settings": str(paths.settings_file()),
                "bundled_models": str(paths.bundled_models())}
    for folder in folders.values():
        if not _can_be_written(folder):
            findings.problems.append(f"{folder} cannot be written; change its rights, or set CHATBOT_HOME to another "
                                     "folder.")
    free = shutil.disk_usage(_existing(paths.data_folder())).free
    section["free_disk_bytes"] = free
    if free < LEAST_FREE_BYTES:
        findings.problems.append(f"Only {free // 2**20} MB are free on the disk of {paths.data_folder()}; make room.")
    return section


def check_settings(findings: Findings) -> Section:
    """Whether every value of the settings file can be used."""
    if not paths.settings_file().exists():
        return {"file": None}
    from chatbot.settings import load
    settings, complaints = load(paths.settings_file())
    findings.problems += complaints
    return {"file": str(paths.settings_file()), "model": settings.model_id or None, "theme": settings.theme}


def check_models(findings: Findings) -> Section:
    """Every byte of every installed model against its hash."""
    from chatbot.worker.installed_engine import installed_models
    section: Section = {}
    for model in installed_models().list():
        try:
            if model.problem is not None:
                raise model.problem
            model.package.verify(deep=True)
            section[model.id] = {"verified": True, "folder": str(model.folder)}
        except KnownError as error:
            section[model.id] = {"verified": False, "folder": str(model.folder)}
            findings.problems.append(str(error))
    if not section:
        findings.problems.append(f"No model is installed; the program's own should be in {paths.bundled_models()}.")
    return section


def check_database(findings: Findings) -> Section:
    """Whether the chat database is sound. It is only read, and may be open elsewhere."""
    database = paths.database_file()
    if not database.exists():
        return {"exists": False}
    from chatbot.storage.connection import run_check
    from chatbot.storage.opening import open_reader
    is_sound = run_check(database)
    if not is_sound:
        findings.problems.append(f"The chat database {database} is damaged; the next start keeps it aside and takes "
                                 "the newest backup.")
        return {"exists": True, "is_sound": False, "bytes": database.stat().st_size}
    store = open_reader(database)
    try:
        count = len(store.conversations())
    finally:
        store.close()
    return {"exists": True, "is_sound": True, "bytes": database.stat().st_size, "conversations": count}


def check_engine(findings: Findings) -> Section:
    """Load the default model and look at what multiplies its weights."""
    if importlib.util.find_spec("torch") is None:
        return {"loaded": False}
    import torch

    from chatbot.worker.installed_engine import load_installed_engine
    started_at = time.monotonic()
    engine = load_installed_engine("")
    seconds = time.monotonic() - started_at
    if engine.kernel != "int8":
        findings.notes.append("The int8 kernel does not work on this processor; the model runs in float32, which is "
                              "slower.")
    return {"loaded": True, "model": engine.summary.id, "kernel": engine.kernel, "load_seconds": round(seconds, 2),
            "threads": torch.get_num_threads(), "processors": os.cpu_count(),
            "capability": torch.backends.cpu.get_cpu_capability()}


def check_display(findings: Findings) -> Section:
    """Whether a window can be opened here."""
    reason = display.why_no_window()
    missing = display.missing_packages(with_window=True)
    if missing:
        findings.problems.append(f"The window needs system libraries that are missing; on Debian or Ubuntu: "
                                 f"sudo apt-get install {' '.join(missing)}")
    elif reason is not None:
        findings.notes.append(reason)
    return {"is_available": reason is None, "missing_packages": missing,
            "platform": display.chosen_platform(os.environ) or None}


def check_fonts(findings: Findings) -> Section:
    """Which fonts a window would use; without any it shows boxes."""
    if display.missing_packages(with_window=False):
        return {"families": None}
    os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtGui import QFontDatabase, QGuiApplication
    application = QGuiApplication.instance() or QGuiApplication(["chatbot"])
    families = QFontDatabase.families()
    if not families:
        findings.problems.append("There are no fonts; install some, on Debian or Ubuntu with: "
                                 "apt-get install fonts-dejavu")
    chinese = QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)
    return {"families": len(families), "standard": application.font().family(), "chinese": len(chinese)}


CHECKS: dict[str, Callable[[Findings], Section]] = {
    "versions": check_versions, "paths": check_paths, "settings": check_settings, "models": check_models,
    "database": check_database, "engine": check_engine, "display": check_display, "fonts": check_fonts,
}


def _existing(folder: Path) -> Path:
    """``folder`` or its nearest ancestor that exists."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def _can_be_written(folder: Path) -> bool:
    return os.access(_existing(folder), os.W_OK)
