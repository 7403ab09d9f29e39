"""Writes a static site with a catalogue from local packages, ready for any web host."""

from __future__ import annotations

import filecmp
import hashlib
import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from chatbot.catalog.catalogue import CATALOGUE_NAME, CHUNK_BYTES, Catalogue, CatalogueEntry, RemoteFile
from chatbot.catalog.file_hash import Progress
from chatbot.catalog.limits import CARD_NAME, CATALOGUE_CARDS_BYTES, MANIFEST_NAME, OFFERED_CARD_BYTES
from chatbot.catalog.package import ModelPackage
from chatbot.catalog.registry import Registry
from chatbot.catalog.transfer import disk_problem
from chatbot.core.errors import ModelError


def packages_in(folders: Sequence[Path]) -> list[ModelPackage]:
    """The packages that ``folders`` are or hold. A broken one stops everything: a site must be whole."""
    packages: dict[str, ModelPackage] = {}
    for folder in folders:
        is_package = (folder / MANIFEST_NAME).is_file()
        found = [ModelPackage.load(folder)] if is_package else list(_usable(folder))
        for package in found:
            if package.id in packages and packages[package.id].folder != package.folder:
                raise ModelError(f"Two folders hold a model called {package.id}: {packages[package.id].folder} and "
                                 f"{package.folder}.")
            packages[package.id] = package
    if not packages:
        raise ModelError(f"There is no model in {', '.join(map(str, folders)) or 'no folder'}.", code="model_missing")
    return [packages[model_id] for model_id in sorted(packages)]


def publish(packages: Iterable[ModelPackage], site: Path, name: str = "Models",
            progress: Progress | None = None) -> list[Path]:
    """Write ``packages`` and their catalogue to ``site`` and return the files that changed.

    Packages are verified first. The catalogue is written last, so that a host that is copied to meanwhile never lists
    what is not there. Publishing the same again changes nothing.
    """
    changed: list[Path] = []
    entries = []
    room_for_cards = CATALOGUE_CARDS_BYTES
    try:
        site.mkdir(parents=True, exist_ok=True)
        for package in packages:
            package.verify(deep=True)
            card = _card_of(package, min(room_for_cards, OFFERED_CARD_BYTES))
            room_for_cards -= len(card)
            entries.append(CatalogueEntry(manifest=package.manifest, files=_files_of(package, progress),
                                          card=card.decode("utf-8")))
            changed += _copy_package(package, site)
        text = Catalogue(name=name, packages=tuple(entries)).to_text()
        changed += _write_if_changed(site / CATALOGUE_NAME, text.encode("utf-8"))
    except OSError as error:
        raise disk_problem(error, site) from error
    return changed


def folder_in_site(package: ModelPackage) -> str:
    """Where a package lies on the site. The version is in the path, so that a running download is never pulled away."""
    return f"{package.id}/{package.manifest.version}"


def _usable(folder: Path) -> Iterable[ModelPackage]:
    for model in Registry([folder]).list():
        if model.package is None:
            assert model.problem is not None
            raise model.problem
        yield model.package


def _files_of(package: ModelPackage, progress: Progress | None) -> dict[str, RemoteFile]:
    files = {}
    for name, entry in sorted(package.manifest.files.items()):
        chunks = _chunk_hashes(package.folder / name, progress)
        is_chunked = len(chunks) > 1
        files[name] = RemoteFile(address=f"{folder_in_site(package)}/{name}", size=entry.size, sha256=entry.sha256,
                                 chunk_size=CHUNK_BYTES if is_chunked else None,
                                 chunks=tuple(chunks) if is_chunked else ())
    return files


def _card_of(package: ModelPackage, most_bytes: int) -> bytes:
    """The package's card, or nothing if there is none or it is longer: half a card could hide what it warns of."""
    listed = package.manifest.files.get(CARD_NAME)
    return (package.folder / CARD_NAME).read_bytes() if listed is not None and listed.size <= most_bytes else b""


def _chunk_hashes(path: Path, progress: Progress | None) -> list[str]:
    hashes = []
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            hashes.append(hashlib.sha256(chunk).hexdigest())
            if progress is not None:
                progress(len(chunk))
    return hashes


def _copy_package(package: ModelPackage, site: Path) -> list[Path]:
    folder = site / folder_in_site(package)
    folder.mkdir(parents=True, exist_ok=True)
    changed = _write_if_changed(folder / MANIFEST_NAME, package.manifest.to_text().encode("utf-8"))
    for name in package.manifest.files:
        source, target = package.folder / name, folder / name
        if target.is_file() and filecmp.cmp(source, target, shallow=False):
            continue
        temporary = target.with_name(f".{name}.{os.getpid()}.part")
        shutil.copyfile(source, temporary)
        temporary.replace(target)
        changed.append(target)
    return changed


def _write_if_changed(path: Path, data: bytes) -> list[Path]:
    if path.is_file() and path.read_bytes() == data:
        return []
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    temporary.write_bytes(data)
    temporary.replace(path)
    return [path]
