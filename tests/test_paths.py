"""Where things live, and that one variable moves them all."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatbot import paths

FOLDERS = {"data": paths.data_folder, "config": paths.config_folder, "cache": paths.cache_folder,
           "log": paths.log_folder}


def test_one_variable_moves_everything(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHATBOT_HOME", str(tmp_path))
    for name, folder in FOLDERS.items():
        assert folder() == tmp_path / name
    assert paths.database_file() == tmp_path / "data" / "chats.db"
    assert paths.models_folder() == tmp_path / "data" / "models"
    assert paths.settings_file() == tmp_path / "config" / "settings.toml"
    assert list(tmp_path.iterdir()) == [], "asking where something is must not create it"


def test_a_relative_or_home_folder_becomes_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHATBOT_HOME", "portable")
    assert paths.data_folder() == tmp_path / "portable" / "data"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("CHATBOT_HOME", "~/chats")
    assert paths.data_folder() == tmp_path / "chats" / "data"


@pytest.mark.parametrize("value", ["", "   "])
def test_an_empty_variable_counts_as_none(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("CHATBOT_HOME", value)
    for folder in FOLDERS.values():
        assert folder().is_absolute()
        assert paths.APPLICATION in folder().parts


def test_resources_come_from_the_package_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / "chatbot"
    for place in (package / "_resources" / "icons", tmp_path / "resources" / "icons"):
        place.mkdir(parents=True)
    monkeypatch.setattr(paths, "_PACKAGE", package)
    checkout = tmp_path / "resources" / "icons" / "send.svg"
    checkout.touch()
    assert paths.resource("icons/send.svg") == checkout
    packaged = package / "_resources" / "icons" / "send.svg"
    packaged.touch()
    assert paths.resource("icons/send.svg") == packaged
    assert paths.resource("icons") == package / "_resources" / "icons"
    with pytest.raises(FileNotFoundError, match="missing.svg"):
        paths.resource("icons/missing.svg")


@pytest.mark.parametrize("name", ["", "../pyproject.toml", "icons/../../x", "/etc/passwd"])
def test_resources_stay_inside(name: str) -> None:
    with pytest.raises(ValueError, match="not the name of a resource"):
        paths.resource(name)


def test_bundled_models_come_from_the_package_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path / "chatbot")
    assert paths.bundled_models() == tmp_path / "models"
    (tmp_path / "chatbot" / "_models").mkdir(parents=True)
    assert paths.bundled_models() == tmp_path / "chatbot" / "_models"
