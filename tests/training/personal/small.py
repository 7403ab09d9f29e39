"""A whole installed base model of some kilobytes with base text to replay, and small logs to learn from."""

from __future__ import annotations

import random
from pathlib import Path

from safetensors.torch import save

from chatbot.catalog.package import ModelPackage, write_package
from chatbot.chatlogs.sessions import Part, Session, SpeechTurn
from chatbot.core.personal import PersonalMode
from chatbot.training.corpus import Document
from chatbot.training.packing import pack
from chatbot.training.personal.replay import export_replay
from chatbot.training.personal.talks import PersonalTalks, cast_for, encode_talks
from tests.engine.tiny import VOCABULARY, sentences, tiny_network, tiny_tokenizer, tiny_tokenizer_bytes

OWN = "Kim"


def write_small_base(folder: Path, cell: str = "minlstm", *, has_replay: bool = True) -> ModelPackage:
    """A base package ``folder`` that passes every check of the catalogue."""
    model = tiny_network(cell)
    folder.parent.mkdir(parents=True, exist_ok=True)
    files: dict[str, Path | bytes] = {
        "weights.safetensors": save({name: p.detach().half() for name, p in model.named_parameters()}),
        "tokenizer.model": tiny_tokenizer_bytes()}
    if has_replay:
        sample = folder.parent / f".{folder.name}.replay"
        lines = sentences(400, seed=5)
        documents = [Document("talk", "talk", tuple(lines[i:i + 4]), (0, 1, 0, 1)) for i in range(0, 400, 4)]
        export_replay(pack(tiny_tokenizer(), documents), {"talk": 1.0}, sample, tokens=2000, drift_tokens=500)
        files["replay.safetensors"] = sample.read_bytes()
        sample.unlink()
    fields = {"id": folder.name, "name": "Small", "version": "1.0", "language": "en", "licence": "CC0-1.0",
              "created": "2026-11-01T10:00:00Z", "architecture": model.architecture.to_dict(),
              "tokenizer": {"kind": "sentencepiece", "vocabulary_size": VOCABULARY}}
    return write_package(folder, fields, files)


def log_sessions(count: int = 40, seed: int = 1, own: str = OWN) -> list[Session]:
    """Sessions of ten turns between Robin and ``own``, who always talks of the sea, in capitals or not."""
    rng = random.Random(seed)
    robin = sentences(count * 5, seed=seed + 100)
    result = []
    for number in range(count):
        turns, start = [], 1.6e9 + 3e5 * number
        for i in range(5):
            text = f"{rng.choice(('i like', 'do you like', 'my dog likes', 'yes,'))} the {rng.choice(('sea', 'sun'))}"
            answer = f"{text} and the {rng.choice(('rain', 'tea'))}"
            for speaker, said in (("Robin", robin[number * 5 + i]), (own, answer)):
                turns.append(SpeechTurn(speaker, said, start, speaker, start))
        result.append(Session("chat", tuple(turns)))
    return result


def labelled(sessions: list[Session]) -> list[tuple[Part, Session]]:
    """80 / 10 / 10 by number."""
    cut = [round(len(sessions) * share) for share in (0.8, 0.9)]
    return [(Part.TRAIN if i < cut[0] else Part.VALIDATION if i < cut[1] else Part.TEST, session)
            for i, session in enumerate(sessions)]


def small_talks(mode: PersonalMode = PersonalMode.PERSON, count: int = 40, seed: int = 1) -> PersonalTalks:
    """The encoded talks of ``log_sessions``."""
    return encode_talks(tiny_tokenizer(), labelled(log_sessions(count, seed)), frozenset({OWN}), cast_for(mode))


def write_export(target: Path, sessions: list[Session]) -> Path:
    """The sessions as a WhatsApp export."""
    from datetime import UTC, datetime
    lines = [f"{datetime.fromtimestamp(turn.time + 60 * i, UTC):%d/%m/%Y, %H:%M} - {turn.speaker}: {turn.text}"
             for session in sessions for i, turn in enumerate(session.turns)]
    target.write_text("\n".join(line.replace("\nnot", " not") for line in lines) + "\n", encoding="utf-8")
    return target
