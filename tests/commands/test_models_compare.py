"""``chatbot models compare`` with two real models of some kilobytes."""

from __future__ import annotations

import json

import pytest

from chatbot import paths
from chatbot.cli import main
from chatbot.core.messages import Role
from chatbot.core.replies import ReplyRequest, Turn
from chatbot.core.sampling import LiveSampling, Sampling
from chatbot.worker.installed_engine import load_installed_engine
from tests.fakes.tiny_model import write_tiny_model

FAST = ("--candidates", "1", "--max-tokens", "6")


@pytest.fixture(autouse=True)
def two_models(tmp_path, monkeypatch):
    """``tiny-a`` and ``tiny-b`` are installed, nothing comes with the program."""
    monkeypatch.setattr(paths, "bundled_models", lambda: tmp_path / "bundled")
    write_tiny_model(paths.models_folder(), "tiny-a")
    write_tiny_model(paths.models_folder(), "tiny-b", vocabulary_size=364)


@pytest.fixture
def run(capsys):
    """Run the command; returns exit code, standard output and standard error."""
    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(["models", "compare", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err
    return call


def direct(model_id: str, turns: list[tuple[Role, str]], seed: int) -> str:
    """What the model itself writes."""
    sampling = LiveSampling(Sampling(candidates=1, max_tokens=6, seed=seed))
    request = ReplyRequest(1, model_id, tuple(Turn(role, text) for role, text in turns), sampling,
                           earlier_replies=tuple(text for role, text in turns if role is Role.BOT))
    *_, end = load_installed_engine(model_id).reply(request)
    return end.text


def test_both_answer_the_same_turns_with_the_same_seed(run):
    code, out, err = run("tiny-a", "tiny-b", "--message", "hello", "--given-reply", "hi there", "--message", "and you?",
                         "--json", "--seed", "11", *FAST)
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert (told["message"], told["seed"]) == ("and you?", 11)
    turns = [(Role.USER, "hello"), (Role.BOT, "hi there"), (Role.USER, "and you?")]
    assert [(reply["model"], reply["reply"]) for reply in told["replies"]] == [
        (model_id, direct(model_id, turns, 11)) for model_id in ("tiny-a", "tiny-b")]
    for reply in told["replies"]:
        assert reply["words"] == len(reply["reply"].split())
        assert reply["tokens"] > 0 and reply["tokens_per_second"] > 0 and reply["first_token_seconds"] > 0


def test_a_seed_is_made_up_once_and_told(run):
    told = json.loads(run("tiny-a", "tiny-b", "--message", "hello", "--json", *FAST)[1])
    assert told["replies"][1]["reply"] == direct("tiny-b", [(Role.USER, "hello")], told["seed"])


def test_as_text(run):
    code, out, _ = run("tiny-b", "tiny-a", "--message", "hello", "--seed", "2", *FAST)
    assert code == 0
    blocks = out.strip().split("\n\n")
    assert [block.splitlines()[0] for block in blocks] == ["Tiny (tiny-b):", "Tiny (tiny-a):"]
    assert direct("tiny-b", [(Role.USER, "hello")], 2).strip() in blocks[0]
    assert all("tokens per second, first token after" in block.splitlines()[-1] for block in blocks)


@pytest.mark.parametrize(("arguments", "code", "sentence"), [
    (("tiny-a", "tiny-a", "--message", "x"), 2, "cannot be compared with itself"),
    (("tiny-a", "gone", "--message", "x"), 1, "no model called 'gone'"),
    (("tiny-a", "tiny-b", "--message", "x", "--given-reply", "y"), 2, "must be a --message"),
    (("tiny-a", "tiny-b"), 2, "--message"),
    (("tiny-a", "--message", "x"), 2, "takes 2 values"),
    (("tiny-a", "tiny-b", "--message", "x", "--temperature", "9"), 2, "between 0 and 2"),
])
def test_wrong_use_is_told_before_anything_is_loaded(run, monkeypatch, arguments, code, sentence):
    monkeypatch.setattr("chatbot.commands.models_compare.load_engine_for", lambda _: pytest.fail("it was loaded"))
    found = run(*arguments)
    assert (found[0], found[1]) == (code, "")
    assert sentence in found[2]


def test_a_broken_model_is_one_sentence(run):
    weights = paths.models_folder() / "tiny-b" / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"!")
    code, out, err = run("tiny-a", "tiny-b", "--message", "x", "--json", *FAST)
    assert (code, out) == (1, "")
    assert "altered" in err
    assert "Traceback" not in err
