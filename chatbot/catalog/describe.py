"""Plain values about models for JSON output and tables: one shape for what is installed and what is offered."""

from __future__ import annotations

from chatbot.catalog.manifest import Manifest
from chatbot.catalog.offers import PackageOffer
from chatbot.catalog.registry import InstalledModel


def describe_manifest(manifest: Manifest) -> dict[str, object]:
    """What a person asks about a model, as JSON values."""
    return {"id": manifest.id, "name": manifest.name, "version": manifest.version, "language": manifest.language,
            "licence": manifest.licence, "bytes": manifest.size, "parameters": manifest.parameters,
            "memory_bytes": manifest.memory_bytes, "parent": manifest.parent, "is_personal": manifest.is_personal,
            "description": manifest.description, "quality": dict(manifest.quality), "created": manifest.created,
            "program_version": manifest.program_version}


def describe_installed(model: InstalledModel) -> dict[str, object]:
    """An installed model, broken or not."""
    about = describe_manifest(model.package.manifest) if model.package is not None else {"id": model.id}
    return {**about, "folder": str(model.folder), "is_removable": model.is_removable, "is_usable": model.is_usable,
            "problem": None if model.problem is None else str(model.problem)}


def describe_offer(offer: PackageOffer, installed: InstalledModel | None) -> dict[str, object]:
    """A model that can be installed, and whether it is or would be an update."""
    return {**describe_manifest(offer.manifest), "source": offer.source, "is_installed": installed is not None,
            "is_update": is_update(offer.manifest, installed)}


def is_update(offered: Manifest, installed: InstalledModel | None) -> bool:
    """Whether ``offered`` is a later version of an installed model, or would repair a broken one."""
    if installed is None:
        return False
    if installed.package is None:
        return True
    return version_key(offered.version) > version_key(installed.package.manifest.version)


def version_key(version: str) -> tuple[int, ...]:
    """Sorts versions such as 1.2 and 1.10 by their numbers."""
    numbers = [int(part) for part in version.split(".")]
    return tuple(numbers + [0] * (4 - len(numbers)))
