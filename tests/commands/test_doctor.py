"""``doctor``: says what is wrong, breaks at nothing, changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from chatbot import paths
from chatbot.commands import doctor_checks
from chatbot.process import display
from chatbot.storage.opening import open_store
from tests.fakes.scripted_engine import ScriptedEngine


@pytest.fixture(autouse=True)
def quick_installation(qapp: object, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No real model is loaded, those that ship are not looked at, and the one QApplication is made for all tests."""
    monkeypatch.setattr(paths, "bundled_models", lambda: tmp_path / "bundled")
    monkeypatch.setattr(doctor_checks, "check_models", lambda findings: {"m": {"verified": True}})
    monkeypatch.setitem(doctor_checks.CHECKS, "models", doctor_checks.check_models)


def report_of(run_command: Callable) -> tuple[int, dict]:
    done = run_command("doctor", "--json")
    return done.exit_code, json.loads(done.out)


def test_a_sound_installation_is_in_order(run_command: Callable, engine: ScriptedEngine) -> None:
    engine.kernel = "int8"
    exit_code, report = report_of(run_command)
    assert report["problems"] == [] and report["ok"] and exit_code == 0
    assert report["versions"]["torch"] and report["engine"]["kernel"] == "int8"
    assert report["fonts"]["families"] > 0 and report["paths"]["database"] == str(paths.database_file())
    assert not paths.data_folder().exists(), "the doctor only looks"


def test_a_missing_int8_kernel_is_worth_a_note(run_command: Callable, engine: ScriptedEngine) -> None:
    exit_code, report = report_of(run_command)
    assert exit_code == 0 and any("int8" in note for note in report["notes"])


def test_a_damaged_database_is_found_while_it_stays_as_it_is(run_command: Callable) -> None:
    with closing(open_store(paths.database_file()).store) as store:
        for number in range(200):
            store.create_conversation(f"conversation {number} " + "x" * 200)
    data = bytearray(paths.database_file().read_bytes())
    data[8192:16384] = b"\xa5" * 8192
    paths.database_file().write_bytes(data)
    exit_code, report = report_of(run_command)
    assert exit_code == 1 and not report["database"]["is_sound"]
    assert any("damaged" in problem for problem in report["problems"])
    assert paths.database_file().read_bytes() == data


def test_a_database_in_use_is_read(run_command: Callable) -> None:
    with closing(open_store(paths.database_file()).store) as store:
        store.create_conversation("one")
        _, report = report_of(run_command)
    assert report["database"]["conversations"] == 1 and report["database"]["is_sound"]


def test_bad_settings_are_told(run_command: Callable) -> None:
    paths.settings_file().parent.mkdir(parents=True)
    paths.settings_file().write_text('zoom_percent = "big"\n')
    exit_code, report = report_of(run_command)
    assert exit_code == 1 and any("zoom_percent" in problem for problem in report["problems"])


def test_missing_libraries_are_named(run_command: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "is_library_present", lambda soname: soname != "libxcb-cursor.so.0")
    _, report = report_of(run_command)
    assert report["display"]["missing_packages"] == ["libxcb-cursor0"]
    assert any("apt-get install libxcb-cursor0" in problem for problem in report["problems"])


def test_a_check_that_breaks_does_not_break_the_others(run_command: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(findings: doctor_checks.Findings) -> dict:
        raise ZeroDivisionError("oh")

    monkeypatch.setitem(doctor_checks.CHECKS, "fonts", broken)
    exit_code, report = report_of(run_command)
    assert exit_code == 1 and report["versions"]["python"]
    assert report["problems"] == ["The check of fonts itself failed (ZeroDivisionError: oh)."]


def test_the_readable_report_ends_with_the_verdict(run_command: Callable, engine: ScriptedEngine) -> None:
    engine.kernel = "int8"
    lines = run_command("doctor").out.splitlines()
    assert lines[0] == "versions:" and lines[-1] == "Everything is in order."
