"""The checked text and number types that manifests and catalogues are made of, and the base of their models."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from chatbot.catalog.limits import MANIFEST_NAME, PARAMETERS, TENSORS_BYTES

RESERVED_NAMES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})
"""Names that Windows does not allow for a file, whatever its extension."""

FILE_NAME = re.compile(r"(?:model\.json|tokenizer\.model|README\.md|[A-Za-z0-9][A-Za-z0-9_-]{0,63}\.safetensors)")
"""The only file names a package may hold: nothing of these can run code."""


class StrictModel(BaseModel):
    """A frozen record that refuses unknown fields and wrong types."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def checked_id(value: str) -> str:
    """``value`` if it can be a folder name on every system."""
    if value.endswith(".") or ".." in value or value.split(".")[0] in RESERVED_NAMES:
        raise ValueError("cannot be used as a folder name on every system")
    return value


def checked_file_name(value: str) -> str:
    """``value`` if it is on the list of names a package may hold."""
    if not FILE_NAME.fullmatch(value) or value.split(".")[0].lower() in RESERVED_NAMES:
        raise ValueError(f"{value[:80]!r} is not a file a package may hold")
    return value


def checked_payload_name(value: str) -> str:
    """``value`` if it may be listed under ``files``: any package file but the manifest itself."""
    if value == MANIFEST_NAME:
        raise ValueError(f"{MANIFEST_NAME} cannot list itself")
    return checked_file_name(value)


def checked_line(value: str) -> str:
    """``value`` if it is one line that can be shown: no control or direction-changing characters."""
    if any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for character in value):
        raise ValueError("holds characters that cannot be shown in one line")
    return value


def checked_paragraphs(value: str) -> str:
    """``value`` if it has no control characters but line breaks and tabs."""
    if any(unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\t" for character in value):
        raise ValueError("holds control characters")
    return value


def checked_moment(value: str) -> str:
    """``value`` if it is an ISO 8601 date, or date and time with a time zone."""
    moment = datetime.fromisoformat(value)
    if len(value) > 10 and moment.tzinfo is None:
        raise ValueError("lacks its time zone")
    return value


ModelId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$"), AfterValidator(checked_id)]
FileName = Annotated[str, AfterValidator(checked_payload_name)]
Version = Annotated[str, StringConstraints(pattern=r"^(0|[1-9][0-9]{0,5})(\.(0|[1-9][0-9]{0,5})){0,3}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$")]
Line = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(checked_line)]
Paragraphs = Annotated[str, StringConstraints(max_length=4000), AfterValidator(checked_paragraphs)]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
NumberName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.\-]{0,79}$")]
Moment = Annotated[str, StringConstraints(max_length=40), AfterValidator(checked_moment)]
Finite = Annotated[float, Field(allow_inf_nan=False, ge=-1e15, le=1e15)]
FileSize = Annotated[int, Field(ge=0, le=TENSORS_BYTES)]
Parameters = Annotated[int, Field(ge=1, le=PARAMETERS)]
