"""A second start knocks at the door of the first."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from chatbot.process.single_instance import InstanceDoor, door_name, knock


def test_a_knock_is_heard(qtbot: QtBot, tmp_path: Path) -> None:
    door = InstanceDoor(tmp_path)
    with qtbot.waitSignal(door.knocked, timeout=2000):
        assert knock(tmp_path)
    with qtbot.waitSignal(door.knocked, timeout=2000):
        assert knock(tmp_path), "again and again"
    door.close()
    assert not knock(tmp_path)


def test_nobody_there_is_told_at_once(qtbot: QtBot, tmp_path: Path) -> None:
    assert not knock(tmp_path)


def test_two_profiles_have_two_doors(qtbot: QtBot, tmp_path: Path) -> None:
    first, second = InstanceDoor(tmp_path / "a"), InstanceDoor(tmp_path / "b")
    with qtbot.assertNotEmitted(first.knocked, wait=50), qtbot.waitSignal(second.knocked, timeout=2000):
        assert knock(tmp_path / "b")
    assert door_name(tmp_path / "a") != door_name(tmp_path / "b")
    first.close()
    second.close()


def test_the_door_of_a_killed_program_is_replaced(qtbot: QtBot, tmp_path: Path) -> None:
    left_behind = InstanceDoor(tmp_path)
    replacing = InstanceDoor(tmp_path)
    with qtbot.waitSignal(replacing.knocked, timeout=2000):
        assert knock(tmp_path)
    left_behind.close()
    replacing.close()
