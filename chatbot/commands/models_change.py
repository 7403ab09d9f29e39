"""``chatbot models download``, ``add``, ``remove`` and ``move``: what changes the user's folder of models."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chatbot import paths
from chatbot.commands.models_folders import catalogue_option, installed, json_option, models_folder, offers_from
from chatbot.commands.models_progress import byte_bar
from chatbot.core.errors import DownloadError, KnownError

if TYPE_CHECKING:
    from chatbot.catalog.offers import PackageOffer
    from chatbot.catalog.package import ModelPackage

replace_option = click.option("--replace", "may_replace", is_flag=True, help="Replace the installed version.")


@click.command("download")
@click.argument("model_id", metavar="ID")
@catalogue_option
@replace_option
@json_option
def download_command(model_id: str, catalogues: tuple[str, ...], may_replace: bool, is_json: bool) -> None:
    """Download and install the model ID from a catalogue.

    ID may also be an address with one model, such as hf://owner/name. Without --catalog the catalogues you have added
    are asked, and the one of a download that was broken off. Ctrl+C pauses; the same command goes on where it was.
    """
    from chatbot.catalog.download import PackageDownload
    offer = _find_offer(model_id, catalogues)
    models = models_folder()
    with byte_bar(offer.manifest.size, offer.id) as bar:
        try:
            package = PackageDownload(offer, models, notify=bar.show, may_replace=may_replace).run()
        except KeyboardInterrupt:
            bar.close()
            click.echo(f"Paused. To go on: chatbot models download {model_id}", err=True)
            raise
    _tell_installed(package, is_json)


@click.command("add")
@click.argument("path", type=click.Path(path_type=Path))
@replace_option
@json_option
def add_command(path: Path, may_replace: bool, is_json: bool) -> None:
    """Install a model from a folder or a zip file on this computer. The original is not touched."""
    from chatbot.catalog.address import AddressKind, parse_address
    from chatbot.catalog.zip_package import add_zip
    address = parse_address(str(path))
    models = models_folder()
    with byte_bar(None, "checking") as bar:
        if address.kind is AddressKind.FOLDER:
            package = models.add_folder(address.path, may_replace, bar.advance)
        else:
            package = add_zip(models, address.path, may_replace, bar.advance)
    _tell_installed(package, is_json)


@click.command("remove")
@click.argument("model_id", metavar="ID")
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
@json_option
def remove_command(model_id: str, is_sure: bool, is_json: bool) -> None:
    """Delete an installed model for good. Conversations keep their texts."""
    model = next((model for model in installed().list() if model.id == model_id), None)
    if model is not None and not model.is_removable:
        raise KnownError(f"The model {model_id} comes with the program and cannot be removed.", code="model_bundled")
    folder_name = model.folder.name if model is not None else model_id
    if model is not None and not is_sure and not is_json:
        click.confirm(f"Delete {model.folder}?", abort=True, err=True)
    folder = models_folder().remove(folder_name)
    click.echo(json.dumps({"removed": model_id, "folder": str(folder)}) if is_json else f"Removed {model_id}.")


@click.command("move")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@json_option
def move_command(folder: Path, is_json: bool) -> None:
    """Move the folder of models to FOLDER: copied, verified, and only then deleted at the old place."""
    from chatbot.catalog.move_models import move_models
    old, new = paths.models_folder(), folder.expanduser().absolute()
    with byte_bar(None, "moving") as bar:
        moved = move_models(old, new, paths.set_models_folder, bar.advance)
    click.echo(json.dumps({"moved": moved, "from": str(old), "to": str(new)}) if is_json
               else f"Moved {len(moved)} model{'' if len(moved) == 1 else 's'} to {new}.")


def _find_offer(model_id: str, catalogues: tuple[str, ...]) -> PackageOffer:
    from chatbot.catalog.offers import read_offers
    if "://" in model_id:
        offers = read_offers(model_id)
        if len(offers.packages) != 1:
            known = ", ".join(offer.id for offer in offers.packages) or "none"
            raise DownloadError(f"{model_id} has not one model but these: {known}; write: chatbot models download ID "
                                f"--catalog {model_id}")
        return offers.packages[0]
    sources = [read_offers(address) for address in (*catalogues, *_unfinished_source(model_id, catalogues))]
    if not sources:
        sources = offers_from((), must_ask=True)
    for offers in sources:
        if any(offer.id == model_id for offer in offers.packages):
            return offers.find(model_id)
    if sources:
        return sources[0].find(model_id)
    raise DownloadError("No catalogue was named; add --catalog ADDRESS, or keep one with: chatbot models catalogs "
                        "--add ADDRESS", code="no_catalogue")


def _unfinished_source(model_id: str, catalogues: tuple[str, ...]) -> list[str]:
    from chatbot.catalog.unfinished import unfinished_downloads
    if catalogues:
        return []
    staging = models_folder().staging
    return [unfinished.source for unfinished in unfinished_downloads(staging) if unfinished.model_id == model_id]


def _tell_installed(package: ModelPackage, is_json: bool) -> None:
    if is_json:
        about = package.manifest
        click.echo(json.dumps({"installed": about.id, "version": about.version, "folder": str(package.folder)}))
    else:
        click.echo(f"Installed {package.id} {package.manifest.version} in {package.folder}.")
