"""What a personal model's package says and holds: counts, settings, seed and numbers, never text from the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chatbot.core.personal import PersonalMode, PersonalResult
from chatbot.engine.roles import BOT
from chatbot.training.personal.base import BaseModel
from chatbot.training.personal.talks import Cast, PersonalTalks

MARK = ("The words of this model are a program's, made from a chat log; they are not the words of any person. "
        "It stays on this computer unless you give it away.")


@dataclass(frozen=True, slots=True)
class PackageContent:
    """Fields of the manifest and the files, for ``catalog.package.write_package``."""

    fields: dict[str, Any]
    files: dict[str, bytes]


def package_content(base: BaseModel, talks: PersonalTalks, result: PersonalResult, *, model_id: str, name: str,
                    files: Mapping[str, bytes], settings: Mapping[str, bool | int | float]) -> PackageContent:
    """Describe the personal model ``model_id``. Full weights need the tokenizer beside them, a difference does not."""
    content = dict(files)
    if "weights.safetensors" in content:
        content["tokenizer.model"] = base.tokenizer_bytes
    content["README.md"] = _card(name, base, talks.cast, result).encode()
    manifest = base.manifest
    fields: dict[str, Any] = {
        "id": model_id, "name": name, "version": "1.0", "language": manifest.get("language", "en"),
        "architecture": base.model.architecture.to_dict(),
        "tokenizer": manifest.get("tokenizer") or {"kind": "sentencepiece", "vocabulary_size": base.tokenizer.size},
        "licence": f"private; made from {base.id} ({manifest.get('licence', 'unknown licence')})",
        "created": datetime.now(UTC).replace(microsecond=0).isoformat(), "parent": base.id, "is_personal": True,
        "description": MARK, "quality": quality_numbers(result),
        "training": {**settings, **{f"log.{key}": value for key, value in talks.counts.items()},
                     "mode": str(result.mode), "seed": result.seed, "steps": result.steps,
                     "seconds": round(result.seconds, 1), "step_share": result.step_share,
                     "held_out_messages": result.held_out_messages}}
    if base.weights_sha256:
        fields["training"]["parent_weights_sha256"] = base.weights_sha256
    if result.mode is not PersonalMode.ME:
        fields["roles"] = talks.cast.chat_roles
    elif manifest.get("roles"):
        fields["roles"] = manifest["roles"]
    return PackageContent(fields, content)


def quality_numbers(result: PersonalResult) -> dict[str, float]:
    """The measured numbers by name."""
    numbers: dict[str, float | None] = {
        "own.change_percent": result.change_percent, "own.change_low_percent": result.change_low_percent,
        "own.change_high_percent": result.change_high_percent, "base.drift_percent": result.drift_percent}
    for when, score in (("before", result.before), ("after", result.after)):
        if score is not None:
            numbers |= {f"own.perplexity.{when}": score.perplexity,
                        f"own.bits_per_character.{when}": score.bits_per_character}
    if result.memorisation is not None:
        numbers |= {"copied.longest_run": result.memorisation.longest_run,
                    "copied.longest_single_run": result.memorisation.longest_copied_run,
                    "copied.replies": result.memorisation.replies}
    return {name: float(value) for name, value in numbers.items() if value is not None}


def _card(name: str, base: BaseModel, cast: Cast, result: PersonalResult) -> str:
    rows = "\n".join(f"| {key} | {value:g} |" for key, value in quality_numbers(result).items())
    kept = ("It holds the person's words themselves, in shuffled pieces: give it to nobody who may not read the log."
            if result.mode is PersonalMode.INSTANT else
            "Weights can give away what they were trained on: give it to nobody who may not read the log.")
    learned = "replies that one person edited, liked or kept" if cast.own == BOT else "messages of one person"
    return (f"# {_plain(name)}\n\n{MARK} {kept}\n\nA personal model (mode `{result.mode}`) made from `{base.id}` with "
            f"{result.own_messages:,} {learned}.\n\n| measured on held-out messages | value |\n| --- | --: |\n"
            f"{rows}\n")


def _plain(text: str) -> str:
    return "".join("\\" + c if c in "\\`*_{}[]<>#|" else c for c in text).replace("\n", " ")
