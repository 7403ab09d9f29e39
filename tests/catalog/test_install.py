"""The models folder: whole packages in, whole packages out, and nothing half done after a kill."""

from __future__ import annotations

import os

import pytest
from filelock import FileLock

from chatbot.catalog.install import ModelsFolder
from chatbot.catalog.move_models import move_models
from chatbot.catalog.package import ModelPackage
from chatbot.catalog.registry import Registry
from chatbot.core.errors import DownloadError, KnownError, ModelError
from tests.catalog.small_packages import write_small_package


@pytest.fixture
def models(tmp_path):
    return ModelsFolder(tmp_path / "models")


def ids(models):
    return [model.id for model in Registry([models.folder]).list()]


def test_adds_a_copy_and_removes_it(models, tmp_path):
    package = write_small_package(tmp_path)
    installed = models.add_folder(package.folder)
    assert installed.folder == models.folder / "tiny-en"
    assert ModelPackage.load(package.folder) == package
    models.remove("tiny-en")
    assert ids(models) == []
    assert [path.name for path in models.staging.iterdir() if path.is_dir()] == []


def test_refuses_what_is_there_and_replaces_when_asked(models, tmp_path):
    models.add_folder(write_small_package(tmp_path / "1").folder)
    newer = write_small_package(tmp_path / "2", version="2.0")
    with pytest.raises(ModelError, match="installed already"):
        models.add_folder(newer.folder)
    assert models.add_folder(newer.folder, may_replace=True).manifest.version == "2.0"
    assert ids(models) == ["tiny-en"]
    assert list(models.folder.glob(".replaced*")) == []


def test_altered_package_is_not_added_and_the_old_one_stays(models, tmp_path):
    models.add_folder(write_small_package(tmp_path / "1").folder)
    newer = write_small_package(tmp_path / "2", version="2.0")
    content = bytearray(newer.weights_path.read_bytes())
    content[-1] ^= 1
    newer.weights_path.write_bytes(content)
    with pytest.raises(ModelError, match="SHA-256"):
        models.add_folder(newer.folder, may_replace=True)
    assert Registry([models.folder]).package("tiny-en").manifest.version == "1.0"


@pytest.mark.parametrize("name", ["", ".", "..", "../source", ".downloads", "nothing", "/etc"])
def test_removes_only_models(models, tmp_path, name):
    models.prepare()
    (tmp_path / "source").mkdir()
    with pytest.raises(ModelError, match="could be removed"):
        models.remove(name)


def test_a_kill_between_the_two_renames_brings_the_old_version_back(models, tmp_path):
    models.add_folder(write_small_package(tmp_path).folder)
    (models.folder / "tiny-en").rename(models.folder / ".replaced-tiny-en")
    assert ids(models) == []
    models.prepare()
    assert ids(models) == ["tiny-en"]


def test_a_kill_after_both_renames_keeps_the_new_version(models, tmp_path):
    models.add_folder(write_small_package(tmp_path, version="2.0").folder)
    write_small_package(tmp_path / "x").folder.rename(models.folder / ".replaced-tiny-en")
    models.prepare()
    assert Registry([models.folder]).package("tiny-en").manifest.version == "2.0"
    assert list(models.folder.glob(".replaced*")) == []


def test_left_over_scratch_folders_go_unless_their_program_lives(models):
    models.prepare()
    dead, alive = models.staging / "adding-x-999999999", models.staging / f"adding-x-{os.getpid()}"
    dead.mkdir()
    alive.mkdir()
    models.prepare()
    assert (dead.exists(), alive.exists()) == (False, True)


def test_the_same_model_twice_at_once_is_refused(models, tmp_path):
    package = write_small_package(tmp_path)
    models.prepare()
    with FileLock(models.staging / "tiny-en.lock"), pytest.raises(DownloadError, match="another window or program"):
        models.add_folder(package.folder)
    models.add_folder(package.folder)


def test_a_failed_rename_keeps_the_old_version(models, tmp_path, monkeypatch):
    models.add_folder(write_small_package(tmp_path / "1").folder)
    newer = write_small_package(tmp_path / "2", version="2.0")
    rename = type(tmp_path).rename

    def fail_once(self, target):
        if "adding-" in self.name:
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(type(tmp_path), "rename", fail_once)
    with pytest.raises(DownloadError, match="is full"):
        models.add_folder(newer.folder, may_replace=True)
    assert Registry([models.folder]).package("tiny-en").manifest.version == "1.0"


def test_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DownloadError):
        ModelsFolder(tmp_path / "file" / "models").prepare()


def test_moving_copies_verifies_switches_and_deletes(models, tmp_path):
    for model_id in ("one", "two"):
        models.add_folder(write_small_package(tmp_path, model_id).folder)
    switched = []
    assert move_models(models.folder, tmp_path / "new", switched.append) == ["one", "two"]
    assert switched == [tmp_path / "new"]
    assert ids(models) == []
    assert [model.id for model in Registry([tmp_path / "new"]).list()] == ["one", "two"]


@pytest.mark.parametrize("place", ["models", "models/inside", "."])
def test_moving_into_itself_is_refused(models, tmp_path, place):
    models.add_folder(write_small_package(tmp_path / "source").folder)
    with pytest.raises(ModelError, match="one lies in the other"):
        move_models(models.folder, tmp_path / place, lambda _: None)


def test_moving_stops_before_anything_is_lost(models, tmp_path):
    models.add_folder(write_small_package(tmp_path / "source").folder)

    def fail(_):
        raise KnownError("settings cannot be written")

    with pytest.raises(KnownError, match="settings"):
        move_models(models.folder, tmp_path / "new", fail)
    assert ids(models) == ["tiny-en"]
    assert move_models(models.folder, tmp_path / "new", lambda _: None) == ["tiny-en"]
    other = ModelsFolder(tmp_path / "other")
    other.add_folder(write_small_package(tmp_path / "source2", name="Different").folder)
    with pytest.raises(ModelError, match="another model called tiny-en"):
        move_models(other.folder, tmp_path / "new", lambda _: None)
    (other.folder / "tiny-en" / "README.md").unlink()
    with pytest.raises(ModelError, match="one is broken"):
        move_models(other.folder, tmp_path / "elsewhere", lambda _: None)
