"""``chatbot`` itself: quick, lazy, and every failure in one sentence with the right exit code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import chatbot
from chatbot import cli
from chatbot.commands import chat, train
from chatbot.core.errors import TrainingError
from chatbot.process import display
from chatbot.worker import installed_engine
from tests.fakes.scripted_engine import ScriptedEngine

ROOT = Path(__file__).parent.parent.parent


def start(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A real process, without a display unless the test gives one."""
    kept = {name: value for name, value in os.environ.items()
            if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    return subprocess.run([sys.executable, "-m", "chatbot", *arguments], cwd=ROOT, env=kept | environment,
                          capture_output=True, text=True, timeout=60)


def test_help_lists_every_command_with_a_whole_sentence(run_command: Callable) -> None:
    out = run_command("--help").out
    for name in cli.COMMANDS:
        (line,) = [line for line in out.splitlines() if line.startswith(f"  {name} ")]
        assert line.endswith(".") and not line.endswith("...")


def test_every_command_explains_itself(run_command: Callable) -> None:
    for name in cli.COMMANDS:
        done = run_command(name, "--help")
        assert done.exit_code == 0 and f"Usage: chatbot {name}" in done.out


def test_help_imports_nothing_heavy_and_is_quick() -> None:
    code = ("import sys, chatbot.cli; chatbot.cli.main(['--help']); "
            "heavy = {'torch', 'PySide6', 'numpy', 'pydantic', 'sqlite3', 'tqdm'} & sys.modules.keys(); "
            "sys.exit(f'imported {heavy}' if heavy else 0)")
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    used = [_processor_seconds("--help") for _ in range(3)]
    assert min(used) < 0.2, f"processor seconds: {used}"


def _processor_seconds(*arguments: str) -> float:
    before = os.times()
    assert start(*arguments).returncode == 0
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def test_version(run_command: Callable) -> None:
    assert run_command("--version").out.strip() == f"chatbot, version {chatbot.__version__}"


@pytest.mark.parametrize("arguments", [["nonsense"], ["--nonsense"], ["complete"], ["score"], ["train", "x.toml"]])
def test_wrong_usage_is_2(run_command: Callable, arguments: list[str]) -> None:
    done = run_command(*arguments)
    assert done.exit_code == 2 and "Usage:" in done.err


def test_a_known_problem_is_1_and_one_sentence(run_command: Callable) -> None:
    done = run_command("complete", "Hi", "--model", "no-such-model")
    assert done.exit_code == 1 and len(done.err.splitlines()) == 1
    assert "no-such-model" in done.err


def test_a_bug_is_70_and_its_traceback_is_in_the_log_only(run_command: Callable, monkeypatch: pytest.MonkeyPatch,
                                                          temporary_home: Path, expected_log) -> None:
    def broken(model_id: str, threads: int = 0) -> None:
        raise ZeroDivisionError("oh")

    expected_log.expect("the command failed")
    monkeypatch.setattr(installed_engine, "load_installed_engine", broken)
    done = run_command("complete", "Hi")
    assert done.exit_code == 70 and "Traceback" not in done.err and len(done.err.splitlines()) == 1
    log = (temporary_home / "log" / "chatbot.log").read_text()
    assert "ZeroDivisionError: oh" in log and "Traceback" in log
    assert "Hi" not in log.splitlines()[0], "no word of a conversation goes into the log"


def test_an_interruption_is_130(run_command: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(installed_engine, "load_installed_engine", interrupted)
    assert run_command("complete", "Hi").exit_code == 130


def test_ctrl_c_stops_the_reply_and_keeps_the_text(engine: ScriptedEngine, run_command: Callable,
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    engine.script, engine.seconds_per_piece = [" ".join(["word"] * 2000)], 0.001
    played = chat.play

    def play_with_ctrl_c(*arguments: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        played(*arguments)

    old = signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGINT))
    try:
        monkeypatch.setattr(chat, "play", play_with_ctrl_c)
        done = run_command("chat", "--message", "Hi")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)
    assert done.exit_code == 130 and 0 < len(done.out.split()) < 2000


def test_without_a_display_one_sentence_names_the_terminal_chat() -> None:
    done = start()
    assert done.returncode == 1 and done.stdout == "" and len(done.stderr.splitlines()) == 1
    assert "no display" in done.stderr and "chatbot chat" in done.stderr


def test_missing_libraries_are_told_before_qt_can_abort(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "is_library_present", lambda soname: "xcb-cursor" not in soname)
    reason = display.why_no_window({"DISPLAY": ":0"})
    assert reason is not None and "apt-get install libxcb-cursor0" in reason
    assert display.why_no_window({"QT_QPA_PLATFORM": "offscreen"}) is None, "no X11 is needed without a screen"


@pytest.mark.parametrize(("environment", "is_there"), [
    ({}, False), ({"DISPLAY": ":0"}, True), ({"WAYLAND_DISPLAY": "wayland-0"}, True), ({"DISPLAY": ""}, False),
    ({"QT_QPA_PLATFORM": "offscreen"}, True), ({"QT_QPA_PLATFORM": "xcb"}, False),
    ({"QT_QPA_PLATFORM": "offscreen:size=800x600"}, True)])
def test_where_a_display_is(environment: dict[str, str], is_there: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert display.has_display(environment) is is_there


def test_the_makefile_gets_package_names_on_one_line(capsys: pytest.CaptureFixture[str],
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "is_library_present", lambda soname: False)
    display.main(["--windowless"])
    windowless = capsys.readouterr().out
    display.main([])
    with_window = capsys.readouterr().out
    assert "libegl1" in windowless.split() and "libxcb-cursor0" not in windowless.split()
    assert "libxcb-cursor0" in with_window.split() and len(with_window.splitlines()) == 1


def test_a_closed_pipe_is_no_traceback() -> None:
    process = subprocess.Popen([sys.executable, "-m", "chatbot", "doctor", "--help"], cwd=ROOT,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    process.stdout.close()
    error = process.stderr.read()
    process.stderr.close()
    assert process.wait(30) in (0, 1) and "Traceback" not in error and "Exception" not in error


def test_recipes_are_found_by_file_and_by_name(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text("")
    assert train.recipe_file(str(own)) == own
    assert train.recipe_file("wren-en-s.toml").name == "wren-en-s.toml"
    assert train.recipe_file("wren-en-s").is_file()
    with pytest.raises(TrainingError, match="wren-en-s.toml"):
        train.recipe_file("nonsense.toml")
    with pytest.raises(TrainingError):
        train.recipe_file("../pyproject.toml/../wren-en-s.toml")


def test_training_progress_shows_a_bar_or_json(capsys: pytest.CaptureFixture[str]) -> None:
    step = {"kind": "step", "tokens_seen": 500, "of": 1000, "loss": 3.25}
    bar = train.TrainingProgress(is_json=False)
    bar.report({"kind": "start", "parameters": 14})
    bar.report(step)
    bar.report(step | {"tokens_seen": 1000, "loss": 3.0})
    bar.report({"kind": "end", "tokens_seen": 1000})
    bar.close()
    captured = capsys.readouterr()
    assert captured.out == "" and "loss 3" in captured.err and "kind end" in captured.err
    lines = train.TrainingProgress(is_json=True)
    lines.report(step)
    assert '"loss": 3.25' in capsys.readouterr().out
