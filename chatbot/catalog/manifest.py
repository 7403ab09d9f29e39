"""The manifest of a model package, ``model.json``: what it may say, and the sentence when it says something else."""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

from pydantic import Field, StringConstraints, ValidationError, field_validator, model_validator

from chatbot.catalog.field_types import (
    FileName,
    FileSize,
    Finite,
    Language,
    Line,
    ModelId,
    Moment,
    NumberName,
    Paragraphs,
    Parameters,
    Sha256,
    StrictModel,
    Version,
    Word,
)
from chatbot.catalog.limits import FILES_PER_PACKAGE, MANIFEST_BYTES, TOKENIZER_NAME, WEIGHTS_NAME, largest_size_of
from chatbot.catalog.manifest_upgrades import SCHEMA_VERSION, upgraded
from chatbot.catalog.strict_json import parse_object, write_text
from chatbot.core.errors import KnownError, ModelError
from chatbot.core.sampling import Sampling

CELLS = ("rnn_tanh", "rnn_relu", "gru", "lstm", "minlstm")
"""Cells a package may name; the engine knows the same ones."""

ARCHITECTURE_BOUNDS: dict[str, tuple[int, int]] = {
    "vocabulary_size": (2, 1_000_000), "width": (1, 65_536), "blocks": (1, 256), "cell_width": (1, 262_144),
    "mlp_width": (0, 262_144), "copy_window": (0, 65_536), "copy_width": (0, 16_384),
}
"""Inclusive bounds of the known whole numbers; any other whole number must lie between 0 and 2**31 - 1."""

REQUIRED_ARCHITECTURE = ("cell", "vocabulary_size", "width", "blocks")

ArchitectureValue = bool | Annotated[int, Field(ge=0, le=2**31 - 1)] | Finite | Word


Model = TypeVar("Model", bound=StrictModel)


class FileEntry(StrictModel):
    """Size in bytes and SHA-256 (lower-case hex) of one file."""

    size: FileSize
    sha256: Sha256


class TokenizerEntry(StrictModel):
    """Which tokenizer ``tokenizer.model`` is."""

    kind: Literal["sentencepiece"]
    vocabulary_size: Annotated[int, Field(ge=2, le=1_000_000)]
    has_byte_fallback: bool = True
    normalisation: Word | None = None


class DataSource(StrictModel):
    """One corpus the model has seen, and the licence it is under."""

    name: Line
    licence: Line
    address: Annotated[str, StringConstraints(max_length=500, pattern=r"^https?://[!-~]+$")] | None = None
    tokens: Annotated[int, Field(ge=0, le=10**15)] | None = None


class Manifest(StrictModel):
    """Everything ``model.json`` says. ``write_package`` builds it, ``parse_manifest`` reads it."""

    schema_version: Literal[SCHEMA_VERSION] = SCHEMA_VERSION  # type: ignore[valid-type]
    id: ModelId
    name: Line
    version: Version
    language: Language
    architecture: dict[Word, ArchitectureValue]
    tokenizer: TokenizerEntry
    licence: Line
    created: Moment
    files: Annotated[dict[FileName, FileEntry], Field(max_length=FILES_PER_PACKAGE)]
    parent: ModelId | None = None
    """The model this one was made from; None for a base model."""
    is_personal: bool = False
    description: Paragraphs = ""
    """A few plain sentences; the whole model card is README.md."""
    roles: Annotated[dict[Word, Line], Field(max_length=256)] = {}
    """Role name to role token, as in ``{"user": "<user>", "bot": "<bot>", "end_of_turn": "<eot>"}``."""
    sampling: Annotated[dict[Word, int | Finite], Field(max_length=64)] = {}
    """Overrides of ``core.sampling.Sampling`` that suit this model."""
    data: Annotated[tuple[DataSource, ...], Field(max_length=256, strict=False)] = ()
    parameters: Parameters | None = None
    memory_bytes: Annotated[int, Field(ge=0, le=10**13)] | None = None
    """Measured resident memory while chatting."""
    program_version: Version = "0.1.0"
    """The oldest program that can use the package."""
    quality: Annotated[dict[NumberName, Finite], Field(max_length=500)] = {}
    """Measured numbers, such as ``{"heldout.chat.perplexity": 28.4}``."""
    training: Annotated[dict[NumberName, bool | int | Finite | Line], Field(max_length=500)] = {}
    """Settings, seed, recipe hash and counts of the run that made it; never text from a chat."""

    @field_validator("architecture")
    @classmethod
    def _architecture_is_known(cls, value: dict[str, object]) -> dict[str, object]:
        for name in REQUIRED_ARCHITECTURE:
            if name not in value:
                raise ValueError(f"{name!r} is missing")
        if value["cell"] not in CELLS:
            raise ValueError(f"the cell {value['cell']!r} is not one of {', '.join(CELLS)}")
        for name, (least, most) in ARCHITECTURE_BOUNDS.items():
            number = value.get(name, least)
            if type(number) is not int or not least <= number <= most:
                raise ValueError(f"{name!r} must be a whole number between {least} and {most}")
        return value

    @field_validator("sampling")
    @classmethod
    def _sampling_is_in_bounds(cls, value: dict[str, object]) -> dict[str, object]:
        problems = Sampling().with_overrides(value)[1]
        if problems:
            raise ValueError(problems[0].split("; ")[0])
        return value

    @field_validator("files")
    @classmethod
    def _files_are_not_absurd(cls, value: dict[str, FileEntry]) -> dict[str, FileEntry]:
        for name, entry in value.items():
            if entry.size > largest_size_of(name):
                raise ValueError(f"{name} may have at most {largest_size_of(name):,} bytes")
        return value

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Manifest:
        if self.tokenizer.vocabulary_size != self.architecture["vocabulary_size"]:
            raise ValueError(f"the tokenizer has {self.tokenizer.vocabulary_size} tokens but the architecture "
                             f"{self.architecture['vocabulary_size']}")
        if self.parent is None and not {WEIGHTS_NAME, TOKENIZER_NAME} <= self.files.keys():
            raise ValueError(f"a model without a parent needs {WEIGHTS_NAME} and {TOKENIZER_NAME}")
        if self.parent == self.id:
            raise ValueError("a model cannot be its own parent")
        if not any(name.endswith(".safetensors") for name in self.files):
            raise ValueError("there is no .safetensors file")
        return self

    @property
    def needs_parent_weights(self) -> bool:
        """Whether the parent must be installed: an adapter without weights or tokenizer of its own."""
        return not {WEIGHTS_NAME, TOKENIZER_NAME} <= self.files.keys()

    @property
    def size(self) -> int:
        """Bytes of all listed files."""
        return sum(entry.size for entry in self.files.values())

    def to_text(self) -> str:
        """The text of ``model.json``; the same manifest gives the same bytes."""
        return write_text(self.model_dump(mode="json"))


def parse_manifest(data: bytes, what: str = "model.json") -> Manifest:
    """Check and upgrade the bytes of a ``model.json``; every fault is a ``ModelError`` that begins with ``what``."""
    if len(data) > MANIFEST_BYTES:
        raise ModelError(f"{what} is larger than {MANIFEST_BYTES:,} bytes; it was not written for this program.")
    return validated(Manifest, upgraded(parse_object(data, what, ModelError), what), what, ModelError)


def validated(model: type[Model], value: object, what: str, error: type[KnownError]) -> Model:
    """``value`` as a ``model``, or ``error`` with one sentence about the first fault."""
    try:
        return model.model_validate(value)
    except ValidationError as problems:
        raise error(fault_sentence(problems, what)) from None


def fault_sentence(problems: ValidationError, what: str) -> str:
    """One sentence about the first fault pydantic found, without pydantic's own words where they are unclear."""
    fault = problems.errors(include_url=False, include_context=True)[0]
    place = ".".join(str(part)[:80] for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"{what} has the unknown field {place!r}; it may need a newer version of the program."
    if fault["type"] == "missing":
        return f"{what} lacks the field {place!r}; get a fresh copy of it."
    if fault["type"] == "string_pattern_mismatch":
        return f"{what} cannot be used: {place}: {str(fault['input'])[:80]!r} does not have the form needed there."
    reason = fault["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
    reason = reason[:1].lower() + reason[1:].rstrip(".")
    return f"{what} cannot be used: {place + ': ' if place else ''}{reason}."
