"""What is delivered: a wheel with everything in it, and versions that fit together."""

from __future__ import annotations

import re
import subprocess
import tomllib
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement

import chatbot

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel that `pip install .` would install."""
    folder = tmp_path_factory.mktemp("wheel")
    (path,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    return zipfile.ZipFile(path)


def names_in(wheel: zipfile.ZipFile) -> set[str]:
    return set(wheel.namelist())


def test_the_wheel_carries_every_module_resource_recipe_and_model(wheel: zipfile.ZipFile) -> None:
    tracked = subprocess.run(["git", "ls-files", "chatbot", "resources", "models"], cwd=ROOT, capture_output=True,
                             text=True, check=False).stdout.split()
    if not tracked:
        pytest.skip("this is no git checkout, so there is no list of files to compare with")
    expected = {re.sub("^(resources|models)/", r"chatbot/_\1/", name) for name in tracked
                if (ROOT / name).exists() and not name.startswith("resources/screenshots/")}
    assert expected <= names_in(wheel)
    assert any(name.startswith("chatbot/training/recipes/") for name in expected)
    assert any(name.startswith("chatbot/_resources/icons/") for name in expected)


def test_the_wheel_carries_nothing_else(wheel: zipfile.ZipFile) -> None:
    strangers = [name for name in names_in(wheel) if not name.startswith(("chatbot/", "chatbot-"))
                 or name.endswith((".pyc", ".tmp", ".part")) or "/tests/" in name or "screenshots" in name]
    assert strangers == []


def test_the_wheel_says_its_version_licence_and_command(wheel: zipfile.ZipFile) -> None:
    folder = f"chatbot-{chatbot.__version__}.dist-info"
    metadata = wheel.read(f"{folder}/METADATA").decode()
    assert f"Version: {chatbot.__version__}\n" in metadata and "License-Expression: MIT" in metadata
    assert "chatbot = chatbot.cli:main" in wheel.read(f"{folder}/entry_points.txt").decode()


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return {name.lower().replace("_", "-"): version for name, version in
            (line.split("==") for line in lines if line and not line.startswith("#"))}


def requirements() -> list[str]:
    project = PROJECT["project"]
    groups = [line for group in PROJECT["dependency-groups"].values() for line in group if isinstance(line, str)]
    extras = [line for extra in project["optional-dependencies"].values() for line in extra]
    return project["dependencies"] + extras + groups + PROJECT["build-system"]["requires"]


@pytest.mark.parametrize("line", requirements())
def test_every_dependency_has_a_pin_that_fits(line: str) -> None:
    requirement = Requirement(line)
    pinned = pins()[requirement.name.lower().replace("_", "-")]
    assert requirement.specifier.contains(pinned)


def test_the_pyside_that_crashes_is_excluded_where_it_crashes() -> None:
    lines = [Requirement(line) for line in PROJECT["project"]["dependencies"] if line.startswith("PySide6")]
    for python, is_allowed in (("3.11", False), ("3.12", True)):
        (requirement,) = [each for each in lines if each.marker.evaluate({"python_version": python})]
        assert requirement.specifier.contains("6.12.0") is is_allowed
        assert requirement.specifier.contains("6.11.3")


def test_development_tools_are_no_dependencies_of_the_program() -> None:
    names = {Requirement(line).name.lower() for line in PROJECT["project"]["dependencies"]}
    assert not names & {"pytest", "pytest-qt", "hypothesis", "ruff", "hatchling"}


def test_the_makefile_installs_the_pinned_torch() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert f"TORCH_VERSION := {pins()['torch']}" in makefile


def test_the_changelog_knows_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{chatbot.__version__}]" in changelog or "## [Unreleased]" in changelog
