"""Packages as one ``.zip``: written the same every time, and read as if an enemy had written them."""

from __future__ import annotations

import os
import stat
import zipfile
from io import FileIO
from pathlib import Path
from typing import IO

from chatbot.catalog.field_types import checked_file_name
from chatbot.catalog.file_hash import Progress
from chatbot.catalog.install import ModelsFolder, exists_already
from chatbot.catalog.limits import FILES_PER_PACKAGE, MANIFEST_BYTES, MANIFEST_NAME, MIB
from chatbot.catalog.manifest import Manifest, parse_manifest
from chatbot.catalog.package import ModelPackage, check_program_version
from chatbot.catalog.transfer import check_free_space, disk_problem, writing_to
from chatbot.catalog.transfer_control import Patience
from chatbot.core.errors import ModelError

ZIP_TIME = (1980, 1, 1, 0, 0, 0)
"""Every file gets this date, so that the same package gives the same zip."""


def write_zip(package: ModelPackage, target: Path) -> None:
    """Write ``package`` to the zip file ``target`` (replaced if it exists), in one folder named for the model.

    Nothing is compressed: weights do not shrink, and a stored file can be no bomb.
    """
    package.verify(deep=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive:
            for name in (MANIFEST_NAME, *sorted(package.manifest.files)):
                info = zipfile.ZipInfo(f"{package.id}/{name}", ZIP_TIME)
                info.external_attr = (stat.S_IFREG | 0o644) << 16
                info.file_size = (package.folder / name).stat().st_size
                with (package.folder / name).open("rb") as source, archive.open(info, "w") as sink:
                    while part := source.read(MIB):
                        sink.write(part)
        temporary.replace(target)
    except OSError as error:
        raise disk_problem(error, target.parent) from error
    finally:
        temporary.unlink(missing_ok=True)


def add_zip(models: ModelsFolder, source: Path, may_replace: bool = False,
            progress: Progress | None = None) -> ModelPackage:
    """Install the package in the zip file ``source``. Raises ``ModelError`` for anything that is not exactly one."""
    try:
        with zipfile.ZipFile(source) as archive:
            members = _checked_members(archive, source.name)
            manifest = _manifest_of(archive, members, source.name)
            if (models.folder / manifest.id).exists() and not may_replace:
                raise exists_already(manifest.id)
            models.prepare()
            check_free_space(models.folder, manifest.size, Patience().spare_disk_bytes)
            with models.claim(manifest.id), models.scratch(manifest.id) as scratch:
                _extract(archive, members, manifest, scratch)
                ModelPackage.load(scratch).verify(deep=True, progress=progress)
                return models.put_in_place(scratch, manifest.id, may_replace)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError) as error:
        raise ModelError(f"{source.name} is not a readable zip file ({error}); get a fresh copy of it.") from None
    except OSError as error:
        raise ModelError(f"{source.name} cannot be read ({error.strerror or error}).") from None


def _checked_members(archive: zipfile.ZipFile, what: str) -> dict[str, zipfile.ZipInfo]:
    """The files of the package by name. They lie at the top or all in one folder; nothing else may be in the zip."""
    members: dict[str, zipfile.ZipInfo] = {}
    folders: set[str] = set()
    if len(archive.infolist()) > 2 * FILES_PER_PACKAGE:
        raise ModelError(f"{what} holds more files than a model package can have.")
    for info in archive.infolist():
        if info.is_dir() and info.filename.count("/") == 1 and info.file_size == 0:
            continue
        folder, _, name = info.filename.rpartition("/")
        kind = stat.S_IFMT(info.external_attr >> 16)
        try:
            checked_file_name(name)
        except ValueError:
            raise _stranger(what, info.filename) from None
        if info.filename.startswith("/") or folder in (".", "..") or any(mark in folder for mark in "/\\:"):
            raise _stranger(what, info.filename)
        if kind not in (0, stat.S_IFREG):
            raise _stranger(what, info.filename)
        if info.flag_bits & 1:
            raise ModelError(f"{what} is encrypted; make a zip file without a password.")
        if name in members:
            raise ModelError(f"{what} holds {name} twice; it was not unpacked.")
        members[name] = info
        folders.add(folder)
    if len(folders) > 1 or MANIFEST_NAME not in members:
        raise ModelError(f"{what} is not a model package: it needs one {MANIFEST_NAME} with its files beside it.")
    return members


def _stranger(what: str, name: str) -> ModelError:
    return ModelError(f"{what} holds {name[:120]!r}, which is not a file a model package may hold; nothing was "
                      "unpacked.", code="model_could_run_code")


def _manifest_of(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], what: str) -> Manifest:
    with archive.open(members[MANIFEST_NAME]) as file:
        manifest = parse_manifest(file.read(MANIFEST_BYTES + 1), f"{MANIFEST_NAME} in {what}")
    check_program_version(manifest)
    if members.keys() - {MANIFEST_NAME} != manifest.files.keys():
        odd = sorted((members.keys() - {MANIFEST_NAME}) ^ manifest.files.keys())[0]
        raise ModelError(f"{what} and its {MANIFEST_NAME} do not agree about {odd}; get a fresh copy of it.")
    for name, entry in manifest.files.items():
        if members[name].file_size != entry.size:
            raise ModelError(f"{name} in {what} has {members[name].file_size:,} bytes instead of {entry.size:,}; get a "
                             "fresh copy of it.")
    return manifest


def _extract(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], manifest: Manifest, folder: Path) -> None:
    """Copy the listed bytes and not one more, whatever the zip claims or contains."""
    for name, info in members.items():
        limit = manifest.files[name].size if name in manifest.files else MANIFEST_BYTES
        with archive.open(info) as source:
            _copy_at_most(limit, source, folder / name)


def _copy_at_most(limit: int, source: IO[bytes], target: Path) -> None:
    # Without a buffer of its own: one would be flushed when the file is closed, and fail there once more.
    folder = target.parent.parent
    with writing_to(folder):
        sink = target.open("wb", buffering=0)
    with sink:
        while part := source.read(MIB):
            limit -= len(part)
            if limit < 0:
                raise ModelError(f"{target.name} unpacks to more bytes than it claims; the zip file was not installed.")
            with writing_to(folder):
                _write_whole(sink, memoryview(part))


def _write_whole(sink: FileIO, data: memoryview) -> None:
    while data:
        data = data[sink.write(data):]
