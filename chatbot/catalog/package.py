"""A model package: a folder with ``model.json`` and the files it lists, checked before anything else touches them."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from chatbot import __version__
from chatbot.catalog.content_checks import check_content, check_numbers
from chatbot.catalog.field_types import checked_payload_name
from chatbot.catalog.file_hash import Progress, VerifiedFiles, sha256_of
from chatbot.catalog.limits import CARD_NAME, MANIFEST_BYTES, MANIFEST_NAME, TOKENIZER_NAME, WEIGHTS_NAME
from chatbot.catalog.manifest import FileEntry, Manifest, parse_manifest, validated
from chatbot.catalog.manifest_upgrades import SCHEMA_VERSION
from chatbot.core.errors import ModelError


@dataclass(frozen=True, slots=True)
class ModelPackage:
    """An opened package. ``load`` checks the manifest and the sizes; ``verify`` the contents."""

    folder: Path
    manifest: Manifest

    @classmethod
    def load(cls, folder: Path) -> ModelPackage:
        """Open the package in ``folder``. Raises ``ModelError`` if it is missing, damaged or too new."""
        package = cls(folder, read_manifest(folder))
        check_program_version(package.manifest)
        package.check_sizes()
        return package

    @property
    def id(self) -> str:
        """The model's id, unique among installed models."""
        return self.manifest.id

    @property
    def weights_path(self) -> Path:
        """Where weights.safetensors is (it may not exist in an adapter package)."""
        return self.folder / WEIGHTS_NAME

    @property
    def tokenizer_path(self) -> Path:
        """Where tokenizer.model is (it may not exist in an adapter package)."""
        return self.folder / TOKENIZER_NAME

    @property
    def card(self) -> str:
        """The model card as Markdown; empty if there is none. The text is someone else's: show it safely."""
        path = self.folder / CARD_NAME
        return path.read_text("utf-8", errors="replace") if CARD_NAME in self.manifest.files else ""

    def check_sizes(self) -> None:
        """Refuse missing files, links, and files of another size than listed. Cheap: reads no content."""
        for name, entry in self.manifest.files.items():
            size = _size_of_plain_file(self.folder / name, self.folder.name)
            if size != entry.size:
                raise ModelError(f"{name} of the model {self.id} has {size:,} bytes instead of {entry.size:,}; it is "
                                 "cut off or altered, install the model again.", code="model_altered", file=name,
                                 model=self.id, size=f"{size:,}", expected_size=f"{entry.size:,}")

    def verify(self, deep: bool = True, known: VerifiedFiles | None = None, progress: Progress | None = None,
               hashed: Collection[str] = ()) -> None:
        """Check sizes and kinds of all files and, if ``deep``, every byte: SHA-256 and that weights are finite.

        Files that ``known`` remembers as good are not read again; of those in ``hashed`` the hash was just seen to be
        right while they were fetched. Raises ``ModelError`` naming file and hash.
        """
        self.check_sizes()
        for name, entry in self.manifest.files.items():
            path = self.folder / name
            if known is not None and known.is_known(path, entry.sha256):
                continue
            check_content(path, self.manifest)
            if deep:
                if name not in hashed:
                    self._check_hash(path, entry, progress)
                check_numbers(path)
                if known is not None:
                    known.remember(path, entry.sha256)

    def _check_hash(self, path: Path, entry: FileEntry, progress: Progress | None) -> None:
        found = sha256_of(path, progress)
        if found != entry.sha256:
            raise ModelError(f"{path.name} of the model {self.id} is altered: its SHA-256 is {found} instead of "
                             f"{entry.sha256}; install the model again.", code="model_altered", file=path.name,
                             model=self.id, found=found, expected=entry.sha256)


def read_manifest(folder: Path) -> Manifest:
    """The checked manifest of the package in ``folder``, without looking at its other files."""
    path = folder / MANIFEST_NAME
    if not folder.is_dir():
        raise ModelError(f"There is no model in {folder}; choose the folder that holds {MANIFEST_NAME}.",
                         code="model_missing")
    _size_of_plain_file(path, folder.name)
    try:
        with path.open("rb") as file:
            data = file.read(MANIFEST_BYTES + 1)
    except OSError as error:
        raise ModelError(f"{MANIFEST_NAME} of {folder.name} cannot be read ({error.strerror}).") from None
    return parse_manifest(data, f"{MANIFEST_NAME} of {folder.name}")


def check_program_version(manifest: Manifest, program_version: str = __version__) -> None:
    """Refuse a package that says it needs a newer program."""
    if _version_key(manifest.program_version) > _version_key(program_version):
        raise ModelError(f"The model {manifest.id} needs version {manifest.program_version} of the program, this is "
                         f"{program_version}; update the program.", code="model_too_new")


def write_package(folder: Path, fields: Manifest | Mapping[str, object],
                  files: Mapping[str, Path | bytes]) -> ModelPackage:
    """Write a package to ``folder``, which must not exist yet, and return it opened.

    ``fields`` are the manifest's values; sizes and hashes of ``files`` (name to source path or content) are computed
    here. Everything is written to a temporary neighbour, verified deeply and then renamed: all or nothing.
    """
    values = fields.model_dump(exclude={"files"}) if isinstance(fields, Manifest) else dict(fields)
    if folder.exists():
        raise ModelError(f"{folder} exists already; choose another name or remove it first.", code="model_exists")
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    try:
        entries = {name: _write_file(temporary, name, source) for name, source in files.items()}
        manifest = validated(Manifest, {"schema_version": SCHEMA_VERSION, **values, "files": entries},
                             f"The description of {folder.name}", ModelError)
        (temporary / MANIFEST_NAME).write_text(manifest.to_text(), "utf-8", newline="\n")
        ModelPackage(temporary, manifest).verify(deep=True)
        flush_folder(temporary)
        temporary.rename(folder)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    return ModelPackage.load(folder)


def flush_folder(folder: Path) -> None:
    """Make sure that every file of ``folder`` is on the disk before it is renamed into place."""
    for path in folder.iterdir():
        with path.open("rb+") as file:
            os.fsync(file.fileno())


def _write_file(folder: Path, name: str, source: Path | bytes) -> FileEntry:
    try:
        target = folder / checked_payload_name(name)
    except ValueError as error:
        raise ModelError(f"A model package cannot be written: {error}.") from None
    if isinstance(source, bytes):
        target.write_bytes(source)
    else:
        shutil.copyfile(source, target)
    return FileEntry(size=target.stat().st_size, sha256=sha256_of(target))


def _size_of_plain_file(path: Path, package_name: str) -> int:
    try:
        status = path.lstat()
    except OSError:
        raise ModelError(f"{path.name} of {package_name} is missing; install the model again.", code="model_missing",
                         file=path.name, model=package_name) from None
    if not stat.S_ISREG(status.st_mode):
        raise ModelError(f"{path.name} of {package_name} is not a plain file; install the model again.")
    return status.st_size


def _version_key(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in (version.split("+")[0].split(".") + ["0", "0", "0"])[:4] if part.isdigit())
