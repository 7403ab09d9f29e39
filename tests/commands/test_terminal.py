"""``chatbot`` as a process with a real, tiny model: scripted, interactive at a terminal, interrupted."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chatbot import paths
from tests.fakes.tiny_model import write_tiny_model

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(autouse=True)
def tiny_model() -> None:
    """The default model of this test's home."""
    write_tiny_model(paths.models_folder())
    paths.settings_file().parent.mkdir(parents=True)
    paths.settings_file().write_text('model_id = "tiny-en"\nthreads = 1\n')


def chatbot(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "chatbot", *arguments], cwd=ROOT, capture_output=True, text=True,
                          timeout=60)


def test_a_process_replies_in_json_and_nothing_else() -> None:
    done = chatbot("chat", "--message", "hello", "--max-tokens", "5", "--json")
    assert done.returncode == 0 and done.stderr == ""
    assert json.loads(done.stdout)["model"] == "tiny-en"


def test_the_same_seed_says_the_same_twice(run_command: Callable) -> None:
    arguments = ("chat", "--message", "hello", "--given-reply", "hi", "--message", "how are you?", "--seed", "11",
                 "--max-tokens", "20", "--json")
    first, second = run_command(*arguments), run_command(*arguments)
    (record,), (again,) = (list(map(json.loads, done.out.splitlines())) for done in (first, second))
    assert record["reply"] == again["reply"] and record["tokens"] > 0


def test_greedy_text_does_not_depend_on_the_seed(run_command: Callable) -> None:
    texts = {json.loads(run_command("generate", "--prompt", "hello", "--greedy", "--max-tokens", "12", "--seed", seed,
                                    "--json").out)["text"] for seed in ("1", "2")}
    assert len(texts) == 1


def test_scores_and_completions_are_probabilities(run_command: Callable, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello there\nhow are you\n")
    *lines, last = map(json.loads, run_command("score", str(tmp_path / "text"), "--json").out.splitlines())
    assert all(line["log_probability"] < 0 for line in lines) and len(lines) == 2
    assert last["total"]["log_probability"] == pytest.approx(sum(line["log_probability"] for line in lines))
    completions = json.loads(run_command("complete", "how are", "--json").out)["completions"]
    probabilities = [each["probability"] for each in completions]
    assert probabilities == sorted(probabilities, reverse=True) and 0 < sum(probabilities) <= 1


OWN_TERMINAL = """
import fcntl, os, signal, sys, termios
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, "-m", "chatbot", *sys.argv[1:]])
"""
"""Makes its standard input the controlling terminal, so that Ctrl+C is a signal, and becomes ``chatbot``.

A shell that runs the tests in the background has them ignore SIGINT, and children inherit that.
"""


class Terminal:
    """``chatbot`` behind a pseudo terminal."""

    def __init__(self, *arguments: str) -> None:
        self._terminal, theirs = os.openpty()
        self.process = subprocess.Popen([sys.executable, "-c", OWN_TERMINAL, *arguments], cwd=ROOT, stdin=theirs,
                                        stdout=theirs, stderr=theirs, env=os.environ | {"TERM": "dumb"})
        os.close(theirs)

    def type(self, text: str) -> None:
        os.write(self._terminal, text.encode())

    def wait_for(self, wanted: Callable[[str], bool], timeout_s: float = 30) -> str:
        """What was shown since the last call, once it is as wanted."""
        deadline, shown = time.monotonic() + timeout_s, ""
        while not wanted(shown):
            assert time.monotonic() < deadline, f"only this came: {shown!r}"
            if select.select([self._terminal], [], [], 0.1)[0]:
                shown += os.read(self._terminal, 4096).decode(errors="replace")
        return shown

    def wait_for_prompt(self) -> str:
        return self.wait_for(lambda shown: shown.endswith("You: "))

    def exit_code(self) -> int:
        return self.process.wait(30)

    def close(self) -> None:
        self.process.kill()
        self.process.wait(10)
        os.close(self._terminal)


@pytest.fixture
def terminal() -> Iterator[Callable[..., Terminal]]:
    if sys.platform == "win32":
        pytest.skip("Windows has no pseudo terminals")
    terminals: list[Terminal] = []

    def make(*arguments: str) -> Terminal:
        terminals.append(Terminal(*arguments))
        return terminals[-1]

    yield make
    for each in terminals:
        each.close()


def test_a_chat_at_the_prompt(terminal: Callable[..., Terminal]) -> None:
    chat = terminal("chat", "--store", "--max-tokens", "8")
    assert "Chatting with Tiny" in chat.wait_for_prompt()
    chat.type("hello\n")
    assert "Tiny: " in chat.wait_for_prompt()
    time.sleep(0.5)  # the prompt is shown a moment before Python's line reader hears of signals
    chat.type("half a line\x03")
    assert "/quit" in chat.wait_for_prompt(), "Ctrl+C at the prompt drops the line and says how to leave"
    chat.type("\x1b[A\n")
    assert "hello" in chat.wait_for_prompt(), "the arrow key brings the last line back"
    chat.type("\x04")
    assert chat.exit_code() == 0
    history = paths.data_folder() / "terminal_history"
    assert "hello" in history.read_text() and history.stat().st_mode & 0o077 == 0
    assert chatbot("export", "--list").stdout.split()[3] == "4"


def test_without_store_no_history_is_left(terminal: Callable[..., Terminal]) -> None:
    chat = terminal("chat", "--max-tokens", "4")
    chat.wait_for_prompt()
    chat.type("a secret\n")
    chat.wait_for_prompt()
    chat.type("/quit\n")
    assert chat.exit_code() == 0
    assert [path.name for path in paths.data_folder().iterdir()] == ["models"]


def test_ctrl_c_stops_a_long_reply_and_the_chat_goes_on(terminal: Callable[..., Terminal]) -> None:
    chat = terminal("chat", "--candidates", "1", "--min-tokens", "48", "--max-tokens", "400", "--temperature", "2")
    chat.wait_for_prompt()
    chat.type("a very " * 300 + "\n")  # a terminal passes at most 4095 characters of a line
    chat.wait_for(lambda shown: "Tiny: " in shown)
    chat.type("\x03")
    chat.wait_for_prompt()
    chat.type("/quit\n")
    assert chat.exit_code() == 0
