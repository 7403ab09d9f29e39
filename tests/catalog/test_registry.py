"""Installed models: broken ones are listed with their problem and never hide the others."""

from __future__ import annotations

import pytest

from chatbot.catalog.package import write_package
from chatbot.catalog.registry import Registry
from chatbot.core.errors import ModelError
from tests.catalog.small_packages import fields, tensors_file, write_small_package


@pytest.fixture
def folders(tmp_path):
    mine, bundled = tmp_path / "mine", tmp_path / "bundled"
    write_small_package(bundled, "wren")
    write_small_package(mine, "other")
    return [mine, bundled]


def test_lists_both_folders(folders):
    assert [(model.id, model.is_removable, model.is_usable) for model in Registry(folders).list()] == [
        ("other", True, True), ("wren", False, True)]


def test_own_model_hides_a_bundled_one_unless_it_is_broken(folders):
    own = write_small_package(folders[0], "wren", name="Mine")
    assert Registry(folders).package("wren").manifest.name == "Mine"
    own.weights_path.write_bytes(b"")
    assert Registry(folders).package("wren").manifest.name == "Tiny"


def test_a_broken_package_is_listed_with_its_sentence(folders):
    (folders[0] / "other" / "weights.safetensors").unlink()
    (folders[0] / "empty").mkdir()
    (folders[0] / ".unfinished.part").mkdir()
    (folders[0] / "note.txt").write_text("hello")
    models = {model.id: model for model in Registry(folders).list()}
    assert models.keys() == {"empty", "other", "wren"}
    assert models["wren"].is_usable
    with pytest.raises(ModelError, match="weights.safetensors of other is missing"):
        Registry(folders).find("other")
    with pytest.raises(ModelError, match="model.json of empty is missing"):
        Registry(folders).find("empty")


def test_unknown_model_names_the_known_ones(folders):
    with pytest.raises(ModelError, match=r"no model called 'x' \(installed: other, wren\)"):
        Registry(folders).find("x")


def test_default_prefers_the_chosen_then_a_base_model(folders, tmp_path):
    write_small_package(folders[0], "aaa-personal", is_personal=True, parent="wren")
    registry = Registry(folders)
    assert registry.default_id("wren") == "wren"
    assert registry.default_id("gone") == "other"
    assert Registry([tmp_path / "mine" / "nowhere"]).list() == []
    with pytest.raises(ModelError, match="No usable model"):
        Registry([tmp_path / "nowhere"]).default_id()


def test_an_adapter_needs_its_parent(folders):
    content = {"adapter.safetensors": tensors_file()}
    write_package(folders[0] / "mine", fields("mine", parent="wren", is_personal=True), content)
    assert Registry(folders).find("mine") == folders[0] / "mine"
    with pytest.raises(ModelError, match="made from wren, which is missing or broken"):
        Registry(folders[:1]).find("mine")
