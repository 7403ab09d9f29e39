"""The window's language: installing it, and keeping the translation files up to date.

``python -m chatbot.ui.translations update`` gathers the texts into ``resources/i18n/*.ts``; ``compile`` makes the
``.qm`` files beside them. English has a file as well, because plurals need one in every language.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from chatbot.paths import resource
from chatbot.ui import core_texts

LANGUAGES = {"en": "English", "zh_CN": "\u7b80\u4f53\u4e2d\u6587"}
"""Code of each language of the window and its own name."""


def chosen_language(setting: str, locale: QLocale | None = None) -> str:
    """The language for a setting (``system`` or a code): the first of the desktop's languages that we have."""
    if setting in LANGUAGES:
        return setting
    for name in (locale or QLocale.system()).uiLanguages():
        parts = name.replace("_", "-").split("-")
        if parts[0] == "zh":
            return "zh_CN"  # for readers of traditional characters still nearer than English
        if parts[0] == "en":
            return "en"
    return "en"


def install(app: QCoreApplication, setting: str) -> str:
    """Show the window in the language of ``setting``; call before the first widget. Returns the language's code.

    A missing translation file leaves English, which is written in the source.
    """
    language = chosen_language(setting)
    QLocale.setDefault(QLocale(language))
    _install_file(app, Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)) / f"qtbase_{language}.qm")
    try:
        _install_file(app, resource(f"i18n/chatbot_{language}.qm"))
    except FileNotFoundError:
        return "en"
    return language


def _install_file(app: QCoreApplication, path: Path) -> None:
    translator = QTranslator(app)
    if path.exists() and translator.load(str(path)):
        app.installTranslator(translator)


# ---- for translators --------------------------------------------------------------------------------------------

def _tool(name: str) -> Path:
    """lupdate or lrelease as PySide6 brings it."""
    import PySide6
    folder = Path(PySide6.__file__).parent
    return next(path for path in (folder / name, folder / f"{name}.exe") if path.exists())


def _run(name: str, *arguments: str | Path) -> None:
    done = subprocess.run([_tool(name), *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{name} failed: {done.stderr or done.stdout}")


def update(folder: Path) -> None:
    """Gather the texts of the window into the ``.ts`` files of ``folder``; finished translations are kept."""
    sources = sorted(Path(__file__).parent.rglob("*.py"))
    with tempfile.TemporaryDirectory() as temporary:
        from_core = Path(temporary) / "core_texts_for_translators.py"
        from_core.write_text(_core_module(), encoding="utf-8")
        for language in LANGUAGES:
            _run("lupdate", *sources, from_core, "-ts", folder / f"chatbot_{language}.ts", "-locations", "none",
                 "-no-obsolete", "-source-language", "en", "-target-language", language,
                 *(["-pluralonly"] if language == "en" else []))


def _core_module() -> str:
    """A module that lupdate can read, with every text that core declares."""
    lines = ["from PySide6.QtCore import QCoreApplication"]
    lines += [f"QCoreApplication.translate({core_texts.CONTEXT!r}, {text!r})" for text in core_texts.sources()]
    return "\n".join(lines) + "\n"


def compile_all(folder: Path, target: Path | None = None) -> None:
    """Make a ``.qm`` of each ``.ts`` of ``folder``, beside it or in ``target``."""
    for language in LANGUAGES:
        _run("lrelease", "-silent", folder / f"chatbot_{language}.ts", "-qm",
             (target or folder) / f"chatbot_{language}.qm")


def main(arguments: list[str]) -> int:
    """``update`` or ``compile``; both without arguments."""
    if not set(arguments) <= {"update", "compile"}:
        print("usage: python -m chatbot.ui.translations [update] [compile]", file=sys.stderr)
        return 2
    folder = resource("i18n")
    if "update" in arguments or not arguments:
        update(folder)
    if "compile" in arguments or not arguments:
        compile_all(folder)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
