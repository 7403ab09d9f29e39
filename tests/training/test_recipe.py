"""Recipes: what ships is right, and a wrong one is told with the place of the mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatbot.core.errors import TrainingError
from chatbot.engine.network import LanguageModel
from chatbot.training.recipe import Recipe, load_recipe, recipe_hash, shipped_recipes
from tests.training.small_corpus import recipe_text, write_recipe


@pytest.mark.parametrize("path", sorted(shipped_recipes().glob("*.toml")), ids=lambda path: path.name)
def test_every_shipped_recipe_is_valid(path: Path) -> None:
    recipe, _ = load_recipe(path)
    assert recipe.name == path.stem
    assert recipe.sources
    recipe.model.architecture()


def test_a_bare_name_is_a_shipped_recipe() -> None:
    recipe, text = load_recipe(Path("wren-en-s.toml"))
    assert recipe.name == "wren-en-s" and text.startswith("#")


def test_the_shipped_model_has_the_promised_size() -> None:
    recipe, _ = load_recipe(Path("wren-en-s.toml"))
    assert 13e6 < LanguageModel(recipe.model.architecture()).parameter_count < 15.5e6


@pytest.mark.parametrize(("change", "place"), [
    (("tokens = 2560", "tokens = 0"), "tokens"),
    (('name = "tiny"', ""), "name"),
    (("width = 16\n", "width = 16\nheads = 4\n"), "model.heads"),
    (('cell = "minlstm"', 'cell = "transformer"'), "model.cell"),
    (("learning_rate = 5e-3", "learning_rate = -1"), "optimisation.learning_rate"),
    (("dropout = 0.1", "dropout = 1.5"), "optimisation.dropout"),
    (("passes = { wren = 1 }", "passes = { wren = 0 }"), "stage.1.passes"),
    (("passes = { wren = 1 }", "passes = { wren = 1, talk = -1 }"), "stage.1.passes"),
    (("seed = 5", "seed = -1"), "seed"),
    (("vocabulary_size = 400", "vocabulary_size = 70000"), "model.vocabulary_size"),
    (("precision = \"float32\"", "precision = \"int4\""), "precision"),
])
def test_a_wrong_recipe_is_told_with_its_place(tmp_path: Path, change: tuple[str, str], place: str) -> None:
    text = recipe_text()
    assert change[0] in text
    path = tmp_path / "wrong.toml"
    path.write_text(text.replace(*change))
    with pytest.raises(TrainingError, match="wrong.toml") as caught:
        load_recipe(path)
    assert f"wrong at {place}:" in str(caught.value) and "\n" not in str(caught.value)


def test_a_recipe_without_stages_is_told(tmp_path: Path) -> None:
    path = tmp_path / "none.toml"
    path.write_text('name = "none"\ntokens = 10\nstage = []\n')
    with pytest.raises(TrainingError, match="wrong at stage:"):
        load_recipe(path)


@pytest.mark.parametrize(("content", "words"), [(b"name = ", "not valid TOML"), (b"\xff\xfe", "not valid TOML")])
def test_a_file_that_is_no_toml_is_told(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(content)
    with pytest.raises(TrainingError, match=words):
        load_recipe(path)


def test_a_missing_recipe_names_those_that_ship(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="wren-en-s.toml"):
        load_recipe(tmp_path / "none.toml")


def test_the_stage_in_force(tmp_path: Path) -> None:
    recipe, _ = load_recipe(write_recipe(tmp_path))
    assert [recipe.mixture(seen).name for seen in (0, 2047, 2048, 2559, 9999)] == ["base", "base", "finish", "finish",
                                                                                  "finish"]
    longer = recipe.with_tokens(10_000)
    assert longer.mixture(9487).name == "base" and longer.mixture(9488).name == "finish"
    assert recipe.with_tokens(None) is recipe
    assert recipe.sources == {"talk", "tales", "wren"}


def test_the_hash_changes_with_the_text() -> None:
    assert recipe_hash("a") == "ca978112ca1bbdca" != recipe_hash("b")


def test_a_recipe_cannot_be_changed_in_place() -> None:
    recipe = Recipe(name="x", tokens=10, stage=({"name": "s", "passes": {"a": 1}},))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="frozen"):
        recipe.tokens = 5  # type: ignore[misc]
