"""The rules of the house, enforced: who may import whom, words that may not occur, sizes that only shrink."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "chatbot").rglob("*.py"))
ROOMS = ("core", "chatlogs", "storage", "catalog", "engine", "training", "worker", "ui", "commands", "process")
FILE_LINES = 400
FUNCTION_LINES = 50
MEDIAN_FUNCTION_LINES = 12

ALLOWED: dict[str, tuple[set[str], set[str]]] = {
    # room: (rooms of ours, third-party packages), for imports that run when the module is imported
    "core": (set(), set()),
    "chatlogs": ({"core"}, set()),
    "storage": ({"core"}, set()),
    "catalog": ({"core", "__init__"}, {"httpcore2", "httpx2", "huggingface_hub", "filelock", "pydantic"}),
    "engine": ({"core"}, {"torch", "numpy", "safetensors", "sentencepiece"}),
    "training": ({"core", "engine", "chatlogs"}, {"torch", "numpy", "sentencepiece", "safetensors", "pydantic"}),
    "worker": ({"core"}, {"PySide6.QtCore"}),
    "ui": ({"core", "worker", "paths", "settings", "__init__"}, {"PySide6", "shiboken6", "pyqtgraph"}),
    "process": ({"core", "storage", "paths"}, {"PySide6"}),
    "commands": ({"core", "process", "paths", "__init__"}, {"click"}),
    "cli": ({"core", "commands", "__init__"}, {"click"}),
    "app": ({"core", "storage", "catalog", "worker", "process", "ui", "chatlogs", "paths", "settings", "__init__"},
            {"PySide6"}),
    "paths": ({"core"}, {"platformdirs"}),
    "settings": ({"core", "paths"}, {"tomli_w", "pydantic"}),
    "__init__": (set(), set()),
    "__main__": ({"cli"}, set()),
}

ALLOWED_INSIDE_FUNCTIONS: dict[str, tuple[set[str], set[str]]] = {
    # what may come in besides, once a function needs it
    "worker": ({"engine", "training", "chatlogs", "catalog", "storage", "paths"}, set()),
    "training": (set(), {"matplotlib"}),
    "commands": ({"storage", "engine", "training", "catalog", "chatlogs", "worker", "settings"},
                 {"tqdm", "torch", "PySide6"}),
    "cli": ({"app", "process"}, set()),
}


def room_of(path: Path) -> str:
    """``ui`` for chatbot/ui/theme.py, ``app`` for chatbot/app.py."""
    parts = path.relative_to(ROOT / "chatbot").with_suffix("").parts
    return parts[0]


@cache
def parsed(path: Path) -> ast.Module:
    """The module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def is_for_type_checker(node: ast.stmt) -> bool:
    """Whether ``node`` is ``if TYPE_CHECKING:``; such imports never run."""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def imports_of(path: Path) -> Iterator[tuple[str, bool, int]]:
    """(dotted name, whether it is inside a function, line) of every import that can run."""
    def walk(node: ast.AST, is_inside: bool) -> Iterator[tuple[str, bool, int]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                yield from ((alias.name, is_inside, child.lineno) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                assert child.level == 0, f"{path}:{child.lineno}: import absolutely, so that rooms can be seen"
                yield from _from_names(child, is_inside)
            elif not is_for_type_checker(child):
                is_function = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
                yield from walk(child, is_inside or is_function)
    yield from walk(parsed(path), False)


def _from_names(node: ast.ImportFrom, is_inside: bool) -> Iterator[tuple[str, bool, int]]:
    if node.module == "chatbot" or node.module == "PySide6":
        yield from ((f"{node.module}.{alias.name}", is_inside, node.lineno) for alias in node.names)
    else:
        yield node.module or "", is_inside, node.lineno


def is_allowed(room: str, name: str, is_inside: bool) -> bool:
    """Whether ``room`` may import ``name`` there."""
    rooms, packages = ALLOWED[room]
    if is_inside and room in ALLOWED_INSIDE_FUNCTIONS:
        more_rooms, more_packages = ALLOWED_INSIDE_FUNCTIONS[room]
        rooms, packages = rooms | more_rooms, packages | more_packages
    top, _, rest = name.partition(".")
    if top == "chatbot":
        other = rest.partition(".")[0]
        if other not in ROOMS and not (ROOT / "chatbot" / f"{other}.py").exists():
            other = "__init__"  # `from chatbot import __version__`
        return other == room or other in rooms
    if top in sys.stdlib_module_names:
        return True
    return any(name == package or name.startswith(package + ".") for package in packages)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_follow_the_table(path: Path) -> None:
    room = room_of(path)
    assert room in ALLOWED, f"{room} is no room of the architecture; see ALLOWED above"
    wrong = [f"line {line}: {name}{' inside a function' if is_inside else ''}"
             for name, is_inside, line in imports_of(path) if not is_allowed(room, name, is_inside)]
    assert not wrong, f"{room} may not import " + "; ".join(wrong)


def test_the_table_itself_can_fail() -> None:
    """The rule says no where it should, so that a mistake in it does not pass everything."""
    assert not is_allowed("core", "numpy", is_inside=True)
    assert not is_allowed("ui", "torch", is_inside=True)
    assert not is_allowed("ui", "chatbot.engine.network", is_inside=True)
    assert not is_allowed("ui", "chatbot.storage.store", is_inside=True)
    assert not is_allowed("engine", "PySide6.QtCore", is_inside=True)
    assert not is_allowed("worker", "chatbot.engine.load", is_inside=False)
    assert not is_allowed("worker", "PySide6.QtWidgets", is_inside=False)
    assert not is_allowed("commands", "torch", is_inside=False)
    assert is_allowed("worker", "chatbot.engine.load", is_inside=True)
    assert is_allowed("worker", "PySide6.QtCore", is_inside=False)


FORBIDDEN = {
    r"\bprocessEvents\(": "re-enters the event loop",
    r"\.terminate\(": "kills a thread in the middle of anything; use the request's stop flag",
    r"\.connect\(\s*lambda": "runs in the sender's thread; connect a bound method of a QObject",
    r"\.connect\(\s*(functools\.)?partial\b": "runs in the sender's thread; connect a bound method of a QObject",
    r"\btorch\.load\(": "can execute code",
    r"^\s*(import|from) (pickle|marshal|shelve|dill|joblib)\b": "can execute code",
    r"\b(eval|exec)\(": "executes code",
    r"\bos\.system\(": "executes a command line",
    r"\bshell=True\b": "executes a command line",
    r"\bself\.tr\(\s*f[\"']": "lupdate cannot extract an f-string",
}
ALLOWED_WORDS = {
    # (file, pattern): why
    ("chatbot/app.py", r"\b(eval|exec)\("): "QApplication.exec",
}


def code_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Numbered lines without comments and docstrings."""
    text = path.read_text(encoding="utf-8")
    hidden: set[int] = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            hidden.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    for number, line in enumerate(text.splitlines(), 1):
        if number not in hidden:
            yield number, re.sub(r"(^|\s)#.*", "", line)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_forbidden_words_do_not_occur(path: Path) -> None:
    name = str(path.relative_to(ROOT))
    found = []
    for number, line in code_lines(path):
        for pattern, reason in FORBIDDEN.items():
            is_method_exec = pattern.startswith(r"\b(eval") and re.search(r"\.(eval|exec)\(", line)
            if re.search(pattern, line) and not is_method_exec and (name, pattern) not in ALLOWED_WORDS:
                found.append(f"line {number}: {line.strip()} ({reason})")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_small(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= FILE_LINES, f"{lines} lines; split it at an idea"
    long = [f"{node.name} ({size} lines)" for node, size in functions_of(path) if size > FUNCTION_LINES]
    assert not long, f"functions over {FUNCTION_LINES} lines: {', '.join(long)}"


def functions_of(path: Path) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, int]]:
    """Every function with its number of lines, docstring included."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node, (node.end_lineno or node.lineno) - node.lineno + 1


def test_the_median_function_is_short() -> None:
    sizes = [size for path in SOURCES for _, size in functions_of(path)]
    assert statistics.median(sizes) <= MEDIAN_FUNCTION_LINES


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_and_public_class_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(parsed(path)), "the module has no docstring"
    nameless = [node.name for node in parsed(path).body
                if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and not node.name.startswith("_")
                and not ast.get_docstring(node)]
    assert not nameless, f"no docstring: {', '.join(nameless)}"


def test_no_attics() -> None:
    attics = {"utils", "util", "misc", "helpers", "common"}
    assert not [path for path in SOURCES if attics & set(path.relative_to(ROOT).with_suffix("").parts)]


def test_every_dependency_is_used_and_every_import_is_declared() -> None:
    """A package that nothing imports is dead weight; one that is not declared is missing on the next machine."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = project["dependencies"] + [line for extra in project["optional-dependencies"].values() for line in extra]
    declared = {re.match(r"[\w-]+", line)[0].replace("-", "_").lower() for line in lines}
    module_names = {"PySide6": "pyside6_essentials", "shiboken6": "pyside6_essentials"}
    imported = {name.partition(".")[0] for path in SOURCES for name, _, _ in imports_of(path)}
    third_party = {module_names.get(name, name).lower() for name in imported
                   if name not in sys.stdlib_module_names and name != "chatbot"}
    assert third_party == declared


def run_python(code: str, timeout: int = 60) -> subprocess.CompletedProcess[str]:
    """Run ``code`` in a fresh interpreter in the checkout."""
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=timeout)


IMPORT_ALL = """
import importlib, pkgutil, sys
import {room} as room
for module in pkgutil.walk_packages(room.__path__, room.__name__ + "."):
    importlib.import_module(module.name)
unwanted = [name for name in sys.modules if name.partition(".")[0] in {unwanted!r}]
assert not unwanted, unwanted
"""


@pytest.mark.parametrize(("room", "unwanted"), [
    ("chatbot.ui", ("torch", "sentencepiece", "safetensors")),
    ("chatbot.worker", ("torch", "sentencepiece", "safetensors", "pydantic")),
    ("chatbot.commands", ("torch", "PySide6", "numpy", "tqdm", "pydantic", "sqlite3")),
    ("chatbot.engine", ("PySide6", "sqlite3", "pydantic", "click")),
    ("chatbot.training", ("PySide6", "sqlite3", "click")),
    ("chatbot.storage", ("PySide6", "torch", "numpy")),
    ("chatbot.catalog", ("PySide6", "torch", "numpy", "sqlite3")),
    ("chatbot.core", ("PySide6", "torch", "numpy", "sqlite3")),
    ("chatbot.chatlogs", ("PySide6", "torch", "numpy")),
])
def test_importing_a_room_leaves_the_heavy_libraries_of_others_out(room: str, unwanted: tuple[str, ...]) -> None:
    done = run_python(IMPORT_ALL.format(room=room, unwanted=unwanted))
    assert done.returncode == 0, done.stderr


def test_importing_the_window_leaves_torch_out() -> None:
    done = run_python("import chatbot.app, sys; assert 'torch' not in sys.modules")
    assert done.returncode == 0, done.stderr


EMIT_5000 = """
from PySide6.QtCore import QCoreApplication, QObject, Signal
class Sender(QObject):
    happened = Signal(object)
    def __init__(self):
        super().__init__()
        self.count = 0
        self.happened.connect(self._on_happened)
    def _on_happened(self, value):
        self.count += 1
        self.setObjectName("x")
app = QCoreApplication([])
sender = Sender()
for number in range(5000):
    sender.happened.emit(number)
print(sender.count)
"""


def test_five_thousand_signals_do_not_kill_the_interpreter() -> None:
    """PySide6 6.12.0 loses a reference to True per emit on Python before 3.12 and dies after some hundreds."""
    done = run_python(EMIT_5000)
    assert done.returncode == 0 and done.stdout.strip() == "5000", (
        f"this PySide6 cannot be used on this Python: {done.stderr}")
