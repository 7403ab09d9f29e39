"""Gathers what the models page shows: installed, offered and unfinished models. No Qt in here."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.core.models import ModelRow, ModelShelf, ModelStage

if TYPE_CHECKING:
    from chatbot.catalog.manifest import Manifest
    from chatbot.catalog.offers import PackageOffer
    from chatbot.catalog.registry import InstalledModel
    from chatbot.catalog.unfinished import UnfinishedDownload


def gather_shelf(folders: Sequence[Path], offers: Iterable[PackageOffer], catalogues: Sequence[str]) -> ModelShelf:
    """All rows: installed first, then unfinished, then offered ones. ``folders`` begins with the user's own."""
    from chatbot.catalog.install import STAGING
    from chatbot.catalog.registry import Registry
    from chatbot.catalog.unfinished import unfinished_downloads
    offered = {offer.id: offer for offer in offers}
    installed = {model.id: model for model in Registry(folders).list()}
    unfinished = unfinished_downloads(folders[0] / STAGING)
    rows = [_installed_row(model, offered.get(model.id)) for model in installed.values()]
    rows += [_unfinished_row(item) for item in unfinished if item.model_id not in installed]
    taken = {row.id for row in rows}
    rows += [_offered_row(offer) for offer in offered.values() if offer.id not in taken]
    used = sum(row.bytes for row in rows if row.stage is ModelStage.INSTALLED) + sum(
        row.done_bytes for row in rows if row.stage is ModelStage.UNFINISHED)
    return ModelShelf(tuple(rows), folders[0], used, _free_bytes(folders[0]), tuple(catalogues))


def _installed_row(model: InstalledModel, offer: PackageOffer | None) -> ModelRow:
    from chatbot.catalog.describe import is_update
    has_update = offer is not None and model.is_removable and is_update(offer.manifest, model)
    update = {"source": offer.source, "update_version": offer.manifest.version} if has_update else {}
    if model.package is None:
        return ModelRow(model.id, model.id, ModelStage.BROKEN, is_removable=model.is_removable, folder=model.folder,
                        problem=str(model.problem), **update)
    about = _about(model.package.manifest)
    return ModelRow(model.id, stage=ModelStage.INSTALLED, card=model.package.card, folder=model.folder,
                    is_removable=model.is_removable, **about, **update)


def _unfinished_row(item: UnfinishedDownload) -> ModelRow:
    return ModelRow(item.model_id, item.name, ModelStage.UNFINISHED, bytes=item.total_bytes, source=item.source,
                    done_bytes=min(item.done_bytes, item.total_bytes))


def _offered_row(offer: PackageOffer) -> ModelRow:
    return ModelRow(offer.id, stage=ModelStage.AVAILABLE, source=offer.source, card=offer.card,
                    **_about(offer.manifest))


def _about(manifest: Manifest) -> dict[str, object]:
    return {"name": manifest.name, "version": manifest.version, "language": manifest.language,
            "license": manifest.licence, "bytes": manifest.size, "parameters": manifest.parameters,
            "memory_bytes": manifest.memory_bytes, "description": manifest.description,
            "quality": tuple(sorted(manifest.quality.items())), "is_personal": manifest.is_personal,
            "parent": manifest.parent}


def _free_bytes(folder: Path) -> int:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free
