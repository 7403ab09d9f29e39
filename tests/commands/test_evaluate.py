"""``chatbot evaluate`` with an evaluation that is made up."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from chatbot.training.evaluation import registry
from chatbot.training.evaluation.setup import Evaluation, Setup


@pytest.fixture
def setups(monkeypatch: pytest.MonkeyPatch) -> list[Setup]:
    """What the command asked for."""
    asked: list[Setup] = []

    def made_up(what: str, setup: Setup) -> Evaluation:
        asked.append(setup)
        list(setup.counted("parts", ["a", "b"], 2))
        return Evaluation(what, "a book", "a / b", {"int8": {"perplexity": 12.3456, "answers": 7}})

    monkeypatch.setattr(registry, "run_evaluation", made_up)
    return asked


def test_numbers_come_with_source_and_formula(setups: list[Setup], run_command: Callable, tmp_path: Path) -> None:
    done = run_command("evaluate", "heldout", "--model", str(tmp_path), "--corpus", str(tmp_path))
    assert done.exit_code == 0
    assert done.out.splitlines() == ["int8: perplexity 12.35, answers 7", "", "Source: a book.", "Formula: a / b."]
    assert "parts" in done.err and setups[0].model_folder == tmp_path and setups[0].limit is None


def test_json_is_one_object(setups: list[Setup], run_command: Callable, tmp_path: Path) -> None:
    done = run_command("evaluate", "heldout", "--model", str(tmp_path), "--corpus", str(tmp_path), "--json", "--limit",
                       "5", "--seed", "3")
    record = json.loads(done.out)
    assert record["numbers"] == {"int8": {"perplexity": 12.3456, "answers": 7}}
    assert (record["what"], record["model"], record["limit"], record["seed"]) == ("heldout", tmp_path.name, 5, 3)
    assert (setups[0].limit, setups[0].seed) == (5, 3)


def test_an_unknown_evaluation_is_one_sentence(run_command: Callable, tmp_path: Path) -> None:
    done = run_command("evaluate", "chess", "--model", str(tmp_path), "--corpus", str(tmp_path))
    assert done.exit_code == 1 and "no evaluation chess" in done.err and len(done.err.splitlines()) == 1


def test_a_markdown_table_holds_the_rows_alone(setups: list[Setup], run_command: Callable, tmp_path: Path) -> None:
    done = run_command("evaluate", "heldout", "--model", str(tmp_path), "--corpus", str(tmp_path), "--markdown")
    assert done.out.splitlines() == ["| what | measured |", "| --- | --- |", "| int8 | perplexity 12.35, answers 7 |"]


def test_all_is_every_evaluation_of_a_dialogue_model_in_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[str] = []

    class MadeUp:
        def __init__(self, name: str) -> None:
            self.name = name

        def evaluate(self, setup: Setup) -> Evaluation:
            what = next(key for key, module in registry.EVALUATIONS.items() if module == self.name)
            asked.append(what)
            return Evaluation(what, f"book of {what}", "a / b", {"row": {"rate": len(asked)}})

    monkeypatch.setattr(registry.importlib, "import_module", MadeUp)
    found = registry.run_evaluation("all", Setup(tmp_path, tmp_path))
    assert asked == list(registry.OF_DIALOGUE_MODELS)
    assert found.numbers == {f"{what}, row": {"rate": place} for place, what in enumerate(asked, 1)}
    assert all(f"book of {what}" in found.source for what in asked)
