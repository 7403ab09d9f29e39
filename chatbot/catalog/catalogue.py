"""The catalogue: a static JSON file that lists packages with addresses below its own, sizes and hashes.

The manifest of every package stands in the catalogue whole, so that the window can show everything about a model before
it is downloaded, and what is downloaded can be compared with what was shown.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from chatbot.catalog.address import checked_relative_address
from chatbot.catalog.catalogue_upgrades import CATALOGUE_VERSION, is_known_version, upgraded_catalogue
from chatbot.catalog.field_types import FileName, FileSize, Line, Sha256, StrictModel
from chatbot.catalog.limits import (
    CARD_NAME,
    CATALOGUE_BYTES,
    KIB,
    MIB,
    OFFERED_CARD_BYTES,
    PACKAGES_PER_CATALOGUE,
)
from chatbot.catalog.manifest import Manifest, validated
from chatbot.catalog.manifest_upgrades import SCHEMA_VERSION, upgraded
from chatbot.catalog.strict_json import parse_object, write_text
from chatbot.core.errors import DownloadError, ModelError

CATALOGUE_NAME = "catalogue.json"
CHUNK_BYTES = 4 * MIB
"""Chunk size of published files."""

RelativeAddress = Annotated[str, AfterValidator(checked_relative_address)]


class RemoteFile(StrictModel):
    """Where a file of a package is, relative to the catalogue, and the hashes of its chunks."""

    address: RelativeAddress
    size: FileSize
    sha256: Sha256
    chunk_size: Annotated[int, Field(ge=64 * KIB, le=1024 * MIB)] | None = None
    chunks: Annotated[tuple[Sha256, ...], Field(max_length=1_000_000, strict=False)] = ()

    @model_validator(mode="after")
    def _chunks_cover_the_file(self) -> RemoteFile:
        if (self.chunk_size is None) != (not self.chunks):
            raise ValueError("chunk_size and chunks belong together")
        if self.chunk_size is not None and len(self.chunks) != -(-self.size // self.chunk_size):
            raise ValueError(f"{len(self.chunks)} chunks of {self.chunk_size:,} bytes do not make {self.size:,} bytes")
        return self


class CatalogueEntry(StrictModel):
    """One package: its manifest and where its files are (``model.json`` is written from the manifest)."""

    manifest: Manifest
    files: dict[FileName, RemoteFile]
    card: Annotated[str, Field(max_length=OFFERED_CARD_BYTES)] = ""
    """The text of its README.md, to be read before it is installed; empty if that is too long or there is none."""

    @property
    def id(self) -> str:
        """The model's id."""
        return self.manifest.id

    @property
    def manifest_bytes(self) -> bytes:
        """The ``model.json`` that the installed package will have."""
        return self.manifest.to_text().encode("utf-8")

    @model_validator(mode="after")
    def _files_are_those_of_the_manifest(self) -> CatalogueEntry:
        for name in self.files.keys() | self.manifest.files.keys():
            here, there = self.files.get(name), self.manifest.files.get(name)
            if here is None or there is None or (here.size, here.sha256) != (there.size, there.sha256):
                raise ValueError(f"{name} of {self.manifest.id} is listed differently in catalogue and manifest")
        return self

    @model_validator(mode="after")
    def _card_is_that_of_the_package(self) -> CatalogueEntry:
        if self.card and not is_card_of(self.manifest, self.card.encode("utf-8")):
            raise ValueError(f"the card of {self.manifest.id} is not the {CARD_NAME} that its manifest lists")
        return self


class Catalogue(StrictModel):
    """All packages of one site."""

    schema_version: Literal[CATALOGUE_VERSION] = CATALOGUE_VERSION  # type: ignore[valid-type]
    name: Line = "Models"
    packages: Annotated[tuple[CatalogueEntry, ...], Field(max_length=PACKAGES_PER_CATALOGUE, strict=False)]
    too_new_ids: Annotated[tuple[str, ...], Field(exclude=True, strict=False)] = ()
    """Models whose manifest only a newer program can read; filled in by ``parse_catalogue``."""

    @field_validator("packages")
    @classmethod
    def _ids_are_unique(cls, value: tuple[CatalogueEntry, ...]) -> tuple[CatalogueEntry, ...]:
        ids = [entry.id for entry in value]
        if len(set(ids)) != len(ids):
            twice = next(model_id for model_id in ids if ids.count(model_id) > 1)
            raise ValueError(f"the id {twice!r} is listed twice")
        return value

    def to_text(self) -> str:
        """The text of the file; the same packages give the same bytes."""
        return write_text(self.model_dump(mode="json"))


def parse_catalogue(data: bytes, what: str) -> Catalogue:
    """Check the bytes of a catalogue; every fault is a ``DownloadError`` that begins with ``what``."""
    if len(data) > CATALOGUE_BYTES:
        raise DownloadError(f"{what} is larger than {CATALOGUE_BYTES:,} bytes; it was not read.")
    raw = parse_object(data, what, DownloadError)
    version = raw.get("schema_version")
    if type(version) is int and version > CATALOGUE_VERSION:
        raise DownloadError(f"{what} has schema version {version}, but this program knows versions up to "
                            f"{CATALOGUE_VERSION}; update the program.", code="catalogue_too_new")
    if not is_known_version(version):
        raise DownloadError(f"{what} is not a catalogue of models; check the address.")
    if "too_new_ids" in raw or not isinstance(raw.get("packages"), list):
        raise DownloadError(f"{what} is not a catalogue of models; check the address.")
    raw = upgraded_catalogue(raw)
    too_new = [package for package in raw["packages"] if _is_too_new(package)]
    raw["packages"] = [_with_present_manifest(package, what) for package in raw["packages"] if package not in too_new]
    raw["too_new_ids"] = tuple(str(package["manifest"].get("id"))[:64] for package in too_new)
    return validated(Catalogue, raw, what, DownloadError)


def is_card_of(manifest: Manifest, data: bytes) -> bool:
    """Whether ``data`` is the model card that ``manifest`` lists."""
    listed = manifest.files.get(CARD_NAME)
    return listed is not None and listed.sha256 == hashlib.sha256(data).hexdigest()


def _is_too_new(package: object) -> bool:
    manifest = package.get("manifest") if isinstance(package, dict) else None
    version = manifest.get("schema_version") if isinstance(manifest, dict) else None
    return type(version) is int and version > SCHEMA_VERSION


def _with_present_manifest(package: object, what: str) -> object:
    """``package`` with its manifest in the newest schema version; what is no package is left to the validation."""
    if not isinstance(package, dict) or not isinstance(package.get("manifest"), dict):
        return package
    try:
        return {**package, "manifest": upgraded(package["manifest"], f"A manifest in {what}")}
    except ModelError as error:
        raise DownloadError(str(error)) from None
