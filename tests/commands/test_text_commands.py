"""``complete``, ``generate`` and ``score``."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fakes.scripted_engine import ScriptedEngine


def test_complete_lists_words_with_probabilities(engine: ScriptedEngine, run_command: Callable) -> None:
    assert run_command("complete", "Hello", "--count", "2").out.split() == ["50.00%", "world", "25.00%", "there"]
    record = json.loads(run_command("complete", "Hello", "--json").out)
    assert record["text"] == "Hello" and record["model"] == "scripted"
    assert record["completions"][0] == {"text": " world", "probability": 0.5}


def test_generate_goes_on_after_the_prompt(engine: ScriptedEngine, run_command: Callable) -> None:
    assert run_command("generate", "--prompt", "Say: ").out == "Say: Hello there.\n"
    record = json.loads(run_command("generate", "--prompt", "Say: ", "--greedy", "--json").out)
    assert (record["prompt"], record["text"], record["temperature"]) == ("Say: ", "Hello there.", 0.0)
    assert record["seed"] >= 0, "the seed that was drawn is told, so that the text can be repeated"


def test_greedy_and_a_temperature_contradict_each_other(engine: ScriptedEngine, run_command: Callable) -> None:
    done = run_command("generate", "--prompt", "a", "--greedy", "--temperature", "1")
    assert done.exit_code == 2 and "--greedy" in done.err


def test_score_gives_every_line_and_the_totals(engine: ScriptedEngine, run_command: Callable, tmp_path: Path) -> None:
    file = tmp_path / "lines.txt"
    file.write_bytes(b"\xef\xbb\xbfone two three\r\n\n  \nfour five\n")
    records = [json.loads(line) for line in run_command("score", str(file), "--json").out.splitlines()]
    assert [record.get("text") for record in records] == ["one two three", "four five", None]
    total = records[-1]["total"]
    assert (total["lines"], total["words"], total["tokens"], total["log_probability"]) == (2, 5, 7, -5.0)
    assert total["perplexity_per_word"] == pytest.approx(math.e)
    assert total["perplexity_per_token"] == pytest.approx(math.exp(5 / 7))
    assert total["bits_per_byte"] == pytest.approx(5 / math.log(2) / 22)
    assert "perplexity 2.72 per word" in run_command("score", str(file)).out


def test_score_reads_standard_input(engine: ScriptedEngine, run_command: Callable,
                                    monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"a b\n")))
    assert run_command("score", "-").out.splitlines()[0].split() == ["-2.00", "a", "b"]


@pytest.mark.parametrize(("content", "word"), [(b"", "no text"), (b"\n \n", "no text"),
                                               (b"fine\n\xff\xfe\x00", "line 2")])
def test_files_that_cannot_be_scored_are_told(engine: ScriptedEngine, run_command: Callable, tmp_path: Path,
                                              content: bytes, word: str) -> None:
    file = tmp_path / "bad.txt"
    file.write_bytes(content)
    done = run_command("score", str(file))
    assert done.exit_code == 1 and word in done.err and len(done.err.splitlines()) == 1


def test_a_missing_file_is_one_sentence(engine: ScriptedEngine, run_command: Callable, tmp_path: Path) -> None:
    done = run_command("score", str(tmp_path / "none.txt"))
    assert done.exit_code == 1 and "No such file" in done.err and len(done.err.splitlines()) == 1
