"""The catalogues the user has added by address. None comes with the program: it asks nobody unless told to."""

from __future__ import annotations

import json
import os
from pathlib import Path

from chatbot.catalog.address import AddressKind, parse_address
from chatbot.core.errors import DownloadError

MOST = 50


class KnownCatalogues:
    """A list of addresses in the small JSON file ``path``."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def list(self) -> list[str]:
        """The addresses, oldest first. A damaged file counts as empty."""
        try:
            addresses = json.loads(self._path.read_text("utf-8"))
        except (OSError, ValueError):
            return []
        return [item for item in addresses if isinstance(item, str)] if isinstance(addresses, list) else []

    def add(self, text: str) -> str:
        """Check and keep an address; returns it as it is kept. Adding one twice changes nothing."""
        address = parse_address(text)
        kept = address.text if address.path is None else str(address.path)
        if address.kind is AddressKind.ZIP:
            raise DownloadError("A zip file is a model, not a catalogue; add it as a model.")
        addresses = self.list()
        if kept not in addresses:
            if len(addresses) >= MOST:
                raise DownloadError(f"There are {MOST} catalogues already; remove one first.")
            self._write([*addresses, kept])
        return kept

    def remove(self, text: str) -> None:
        """Forget an address."""
        addresses = self.list()
        if text not in addresses:
            raise DownloadError(f"There is no catalogue with the address {text!r}.", code="not_found")
        self._write([item for item in addresses if item != text])

    def _write(self, addresses: list[str]) -> None:
        temporary = self._path.with_name(f"{self._path.name}.{os.getpid()}.tmp")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(json.dumps(addresses, indent=2), "utf-8")
            temporary.replace(self._path)
        except OSError as error:
            raise DownloadError(f"The list of catalogues cannot be written ({error.strerror}).") from error
