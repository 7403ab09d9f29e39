"""From an id to a talking engine, with a real package; and every way in which that can fail."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from chatbot import paths
from chatbot.core.errors import ModelError
from chatbot.core.messages import Role
from chatbot.core.replies import ReplyEnd, ReplyPiece, ReplyRequest, Turn
from chatbot.core.sampling import LiveSampling, Sampling
from chatbot.worker.installed_engine import InstalledModels, installed_folder, load_installed_engine
from tests.fakes.tiny_model import write_tiny_model


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of the only installed model."""
    monkeypatch.setattr(paths, "bundled_models", lambda: tmp_path / "bundled")
    return write_tiny_model(paths.models_folder()).folder


def test_the_installed_model_replies(tiny: Path) -> None:
    engine = load_installed_engine("tiny-en", threads=1)
    sampling = LiveSampling(Sampling(max_tokens=12, seed=3, candidates=2))
    *pieces, end = engine.reply(ReplyRequest(1, "tiny-en", (Turn(Role.USER, "hello", 1),), sampling,
                                             reply_message_id=2))
    assert isinstance(end, ReplyEnd) and all(isinstance(piece, ReplyPiece) for piece in pieces)
    assert "".join(piece.text for piece in pieces) == end.text
    assert [owner for owner, _ in end.states] == [1, 2]
    assert engine.summary.id == "tiny-en"


def test_no_id_is_the_model_that_is_there(tiny: Path) -> None:
    assert load_installed_engine("").summary.id == "tiny-en"
    assert installed_folder("") == tiny


def test_a_missing_model_is_told_with_those_that_are_there(tiny: Path) -> None:
    with pytest.raises(ModelError, match="tiny-en"):
        load_installed_engine("other")


def test_no_model_at_all_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "bundled_models", lambda: tmp_path / "bundled")
    with pytest.raises(ModelError):
        load_installed_engine("")


@pytest.mark.parametrize("name", ["weights.safetensors", "tokenizer.model"])
def test_an_altered_file_is_told_with_its_hash(tiny: Path, name: str) -> None:
    data = bytearray((tiny / name).read_bytes())
    data[-1] ^= 1
    (tiny / name).write_bytes(data)
    expected = json.loads((tiny / "model.json").read_text())["files"][name]["sha256"]
    with pytest.raises(ModelError, match=f"{name}.*{expected}"):
        load_installed_engine("tiny-en")


@pytest.mark.parametrize("name", ["weights.safetensors", "tokenizer.model", "model.json"])
def test_a_truncated_or_missing_file_is_told(tiny: Path, name: str) -> None:
    (tiny / name).write_bytes((tiny / name).read_bytes()[:100])
    with pytest.raises(ModelError):
        load_installed_engine("tiny-en")
    (tiny / name).unlink()
    with pytest.raises(ModelError):
        load_installed_engine("tiny-en")


def test_a_model_of_a_newer_program_is_told(tiny: Path) -> None:
    manifest = json.loads((tiny / "model.json").read_text())
    (tiny / "model.json").write_text(json.dumps(manifest | {"program_version": "99.0.0"}))
    with pytest.raises(ModelError, match="99.0.0"):
        load_installed_engine("tiny-en")


def test_missing_torch_is_one_sentence(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("chatbot.engine")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ModelError, match="torch is missing") as caught:
        load_installed_engine("tiny-en")
    assert caught.value.code == "torch_missing"


def test_loading_does_not_import_torchs_compiler(tiny: Path) -> None:
    """It costs 1.4 seconds and 150 MB; initialising weights on the meta device would bring it in."""
    code = ("import sys; from pathlib import Path; from chatbot.engine.load import load_engine; "
            "load_engine(Path(sys.argv[1])); sys.exit('torch._dynamo' in sys.modules)")
    assert subprocess.run([sys.executable, "-c", code, str(tiny)], timeout=60, check=False).returncode == 0


@pytest.mark.parametrize(("roles", "is_imitation"), [({}, False), ({"user": "<user>", "bot": "<bot>"}, False),
                                                     ({"user": "<a>", "bot": "<author00>"}, True)])
def test_a_personal_model_imitates_if_it_speaks_in_another_voice(tiny: Path, roles: dict[str, str],
                                                                 is_imitation: bool) -> None:
    manifest = json.loads((tiny / "model.json").read_text())
    (tiny / "model.json").write_text(json.dumps(manifest | {"is_personal": True, "roles": roles}))
    (listed,) = InstalledModels().all()
    assert (listed.is_personal, listed.is_imitation) == (True, is_imitation)


def test_usable_models_are_listed_by_name_and_broken_ones_left_out(tiny: Path, tmp_path: Path) -> None:
    write_tiny_model(paths.bundled_models(), "another-en")
    broken = write_tiny_model(paths.models_folder(), "broken-en").folder
    (broken / "weights.safetensors").unlink()
    listed = InstalledModels().all()
    assert [(model.id, model.name, model.is_personal) for model in listed] == \
        [("another-en", "Tiny", False), ("tiny-en", "Tiny", False)]
