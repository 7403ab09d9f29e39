"""Addresses of models and catalogues: which kinds there are, and which of them may be opened from where."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from chatbot.core.errors import DownloadError

HUB_ADDRESS = re.compile(r"hf://([A-Za-z0-9][A-Za-z0-9._-]{0,95})/([A-Za-z0-9][A-Za-z0-9._-]{0,95})"
                         r"(?:@([A-Za-z0-9][A-Za-z0-9._/-]{0,119}))?")
RELATIVE_ADDRESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*){0,7}")


class AddressKind(StrEnum):
    """Where something comes from."""

    WEB = "web"
    HUB = "hub"
    FOLDER = "folder"
    ZIP = "zip"
    FILE = "file"
    """A catalogue file on this computer."""


@dataclass(frozen=True, slots=True)
class Address:
    """A checked address. ``text`` is what the user typed, ``path`` is set for local kinds only."""

    kind: AddressKind
    text: str
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class HubRepository:
    """``hf://owner/name@revision``; ``revision`` None means the repository's main branch."""

    name: str
    revision: str | None


def parse_address(text: str) -> Address:
    """What ``text`` names. Raises ``DownloadError`` with one sentence if nothing may be fetched from it."""
    text = text.strip()
    scheme = text.partition("://")[0].lower() if "://" in text else ""
    if scheme in ("http", "https"):
        check_web_address(text)
        return Address(AddressKind.WEB, text)
    if scheme == "hf":
        parse_hub_address(text)
        return Address(AddressKind.HUB, text)
    if scheme:
        raise DownloadError(f"Addresses that begin with {scheme}:// are not supported; use https://, hf:// or a "
                            "folder or zip file on this computer.")
    path = Path(text).expanduser()
    if not text or not path.exists():
        raise DownloadError(f"There is nothing at {text!r}; give an https:// or hf:// address, or the path of a folder "
                            "or zip file.")
    kind = AddressKind.FOLDER if path.is_dir() else AddressKind.FILE if path.suffix == ".json" else AddressKind.ZIP
    return Address(kind, text, path.absolute())


def parse_hub_address(text: str) -> HubRepository:
    """The repository that an ``hf://`` address names."""
    match = HUB_ADDRESS.fullmatch(text)
    if match is None or ".." in text:
        raise DownloadError(f"{text!r} is not a repository address; write hf://owner/name or hf://owner/name@revision.")
    return HubRepository(f"{match[1]}/{match[2]}", match[3])


def check_web_address(address: str) -> None:
    """Refuse anything but ``https://``, and ``http://`` to this computer only. No network is needed for the answer."""
    scheme = address.partition("://")[0].lower()
    if scheme not in ("http", "https"):
        raise DownloadError(f"{address[:200]!r} is not a web address; only https:// is followed.", code="not_encrypted")
    try:
        parts = urlsplit(address)
        host = parts.hostname
        parts.port  # noqa: B018  (raises ValueError if the port is no number)
    except ValueError:
        host = None
    if not host or any(character.isspace() or not character.isprintable() for character in address):
        raise DownloadError(f"{address[:200]!r} is not a web address.")
    if parts.username is not None or parts.password is not None:
        raise DownloadError("Web addresses with a user name or password in them are not supported.")
    if scheme == "http" and not is_loopback(host):
        raise DownloadError(f"{address[:200]} is not encrypted; use https:// (http:// only works for this computer).",
                            code="not_encrypted")


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this computer. Names other than ``localhost`` are not looked up."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def redirect_target(address: str, location: str) -> str:
    """Where a redirect from ``address`` leads, refused unless it is as safe as where it came from."""
    target = urljoin(address, location)
    check_web_address(target)
    origin, goal = urlsplit(address), urlsplit(target)
    if goal.scheme == "http" and not (origin.scheme == "http" and is_loopback(origin.hostname or "")):
        raise DownloadError(f"{address} redirects to {target}, which is not encrypted; it was not followed.",
                            code="not_encrypted")
    return target


def checked_relative_address(value: str) -> str:
    """``value`` if it stays below the catalogue it stands in (raises ``ValueError``): no scheme, no ``..``, no root."""
    if len(value) > 400 or not RELATIVE_ADDRESS.fullmatch(value) or ".." in value:
        raise ValueError(f"{value[:80]!r} is not a plain address below the catalogue's own")
    return value


def is_same_origin(one: str, other: str) -> bool:
    """Whether two web addresses share scheme, host and port, so that credentials for one may go to the other."""
    return urlsplit(one)[:2] == urlsplit(other)[:2]
