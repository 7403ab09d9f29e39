"""What a source offers, whatever kind of source it is: packages with their manifests and where their files are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urljoin

from chatbot.catalog.address import Address, AddressKind, parse_address
from chatbot.catalog.catalogue import CATALOGUE_NAME, Catalogue, CatalogueEntry, parse_catalogue
from chatbot.catalog.http_client import HttpClient
from chatbot.catalog.limits import CATALOGUE_BYTES, MANIFEST_NAME, OFFERED_CARD_BYTES
from chatbot.catalog.manifest import Manifest
from chatbot.catalog.package import ModelPackage
from chatbot.catalog.part_file import WantedFile
from chatbot.catalog.registry import Registry
from chatbot.core.errors import DownloadError


@dataclass(frozen=True, slots=True)
class PackageOffer:
    """One package that can be installed. Exactly one of ``files`` (to fetch) and ``folder`` (to copy) says how."""

    manifest: Manifest
    source: str
    """The address it was found at, to be shown and to be asked again."""
    files: Mapping[str, WantedFile] = field(default_factory=dict)
    folder: Path | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Headers (a token) that go to the origin of the files' addresses only, and are never stored."""
    card: str = field(default="", repr=False)
    """The model card as Markdown, someone else's text: show it safely. Empty if the source does not tell it."""

    @property
    def id(self) -> str:
        """The model's id."""
        return self.manifest.id


@dataclass(frozen=True, slots=True)
class Offers:
    """Everything one source offers."""

    source: str
    name: str
    packages: tuple[PackageOffer, ...]
    too_new_ids: tuple[str, ...] = ()

    def find(self, model_id: str) -> PackageOffer:
        """The package called ``model_id``, or ``DownloadError`` naming those that there are."""
        for package in self.packages:
            if package.id == model_id:
                return package
        if model_id in self.too_new_ids:
            raise DownloadError(f"The model {model_id} needs a newer version of the program; update it first.",
                                code="model_too_new")
        known = ", ".join(package.id for package in self.packages[:20]) or "none"
        raise DownloadError(f"{self.source} has no model called {model_id!r} (it has: {known}).", code="not_found")


def read_offers(text: str, client: HttpClient | None = None) -> Offers:
    """What the catalogue, repository or folder at the address ``text`` offers. Opens the network only for web ones."""
    address = parse_address(text)
    if address.kind is AddressKind.HUB:
        from chatbot.catalog.hub import read_hub_offers
        return read_hub_offers(address.text)
    if address.kind is AddressKind.WEB:
        if client is not None:
            return _web_offers(address.text, client)
        with HttpClient() as own_client:
            return _web_offers(address.text, own_client)
    return _local_offers(address)


def offers_of(catalogue: Catalogue, base: str, source: str) -> Offers:
    """The packages of a catalogue whose own address is ``base``."""
    packages = tuple(PackageOffer(entry.manifest, source, _wanted_files(entry, base), card=entry.card)
                     for entry in catalogue.packages)
    return Offers(source, catalogue.name, packages, catalogue.too_new_ids)


def _web_offers(address: str, client: HttpClient) -> Offers:
    if address.lower().endswith(".zip"):
        raise DownloadError(f"{address} is a zip file, not a catalogue; save it on this computer and add it from "
                            "there, as with: chatbot models add FILE", code="not_a_catalogue")
    if not address.endswith(".json"):
        address = f"{address.rstrip('/')}/{CATALOGUE_NAME}"
    data = client.read(address, CATALOGUE_BYTES, "The catalogue")
    return offers_of(parse_catalogue(data, f"The catalogue at {address}"), address, address)


def _wanted_files(entry: CatalogueEntry, base: str) -> dict[str, WantedFile]:
    return {name: WantedFile(urljoin(base, quote(file.address)), file.size, file.sha256, file.chunk_size, file.chunks)
            for name, file in entry.files.items()}


def _local_offers(address: Address) -> Offers:
    path = address.path
    assert path is not None
    if address.kind is AddressKind.ZIP:
        raise DownloadError(f"{path.name} is a file, not a catalogue; add it with: chatbot models add {path}")
    if path.is_dir() and (path / CATALOGUE_NAME).is_file():
        path = path / CATALOGUE_NAME
    if path.is_file():
        return _local_catalogue(path, address.text)
    if (path / MANIFEST_NAME).is_file():
        packages = [ModelPackage.load(path)]
    else:
        packages = [model.package for model in Registry([path]).list() if model.package is not None]
    return Offers(address.text, path.name or str(path),
                  tuple(PackageOffer(package.manifest, address.text, folder=package.folder,
                                     card=package.card[:OFFERED_CARD_BYTES]) for package in packages))


def _local_catalogue(path: Path, source: str) -> Offers:
    with path.open("rb") as file:
        catalogue = parse_catalogue(file.read(CATALOGUE_BYTES + 1), f"The catalogue {path.name}")
    packages = []
    for entry in catalogue.packages:
        folders = {(path.parent / file.address).parent for file in entry.files.values()}
        if len(folders) != 1:
            raise DownloadError(f"The files of {entry.id} in {path} do not lie in one folder.")
        packages.append(PackageOffer(entry.manifest, source, folder=folders.pop(), card=entry.card))
    return Offers(source, catalogue.name, tuple(packages), catalogue.too_new_ids)
