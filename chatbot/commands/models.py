"""``chatbot models``: what is installed, what there is to install, and everything that can be done with it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from chatbot.commands.models_change import add_command, download_command, move_command, remove_command
from chatbot.commands.models_compare import compare_command
from chatbot.commands.models_folders import catalogue_option, installed, json_option, offers_from
from chatbot.commands.models_publish import export_command, publish_command, verify_command
from chatbot.commands.models_table import detail_lines, installed_lines, offered_lines, plain_text

if TYPE_CHECKING:
    from chatbot.catalog.offers import PackageOffer


@click.group("models", short_help="List, download, add, compare, verify and publish models.")
def command() -> None:
    """Models: list, show, compare, download, add, remove, verify, publish, move.

    Nothing is asked of any other computer except by `download`, and by `list` and `show` when a catalogue is named.
    The exit code is 0 if all went well, 1 if a model or a catalogue has a problem, 2 for wrong usage.
    """


@command.command("list")
@click.option("--available", "is_available", is_flag=True, help="Also ask the catalogues you have added.")
@catalogue_option
@json_option
def list_command(is_available: bool, catalogues: tuple[str, ...], is_json: bool) -> None:
    """List installed models, and with --available or --catalog those that can be installed."""
    from chatbot.catalog.describe import describe_installed, describe_offer
    models = installed().list()
    by_id = {model.id: model for model in models}
    sources = offers_from(catalogues, must_ask=is_available)
    if is_json:
        offered = [describe_offer(offer, by_id.get(offer.id)) for offers in sources for offer in offers.packages]
        click.echo(json.dumps({"installed": [describe_installed(model) for model in models], "available": offered},
                              ensure_ascii=False, indent=2))
        return
    click.echo("\n".join(installed_lines(models)))
    for offers in sources:
        click.echo("\n".join(["", f"{offers.name} ({offers.source}):", *offered_lines(offers, by_id)]))


@command.command("show")
@click.argument("model_id", metavar="ID")
@catalogue_option
@json_option
def show_command(model_id: str, catalogues: tuple[str, ...], is_json: bool) -> None:
    """Show everything about one model, with its card."""
    from chatbot.catalog.describe import describe_installed, describe_offer
    model = next((model for model in installed().list() if model.id == model_id), None)
    if catalogues or model is None:
        offer = _offer_of(catalogues, model_id)
        about, card = describe_offer(offer, model), offer.card
    else:
        about, card = describe_installed(model), model.package.card if model.package is not None else ""
    if is_json:
        click.echo(json.dumps({**about, "card": card}, ensure_ascii=False, indent=2))
        return
    click.echo("\n".join(detail_lines(about)))
    if card:
        click.echo("\n" + plain_text(card))


@command.command("catalogs")
@click.option("--add", "added", metavar="ADDRESS", help="Add a catalogue: https://, hf:// or a folder.")
@click.option("--remove", "removed", metavar="ADDRESS", help="Forget a catalogue.")
@json_option
def catalogues_command(added: str | None, removed: str | None, is_json: bool) -> None:
    """List the catalogues that are asked by --available and by the window; add or remove one."""
    from chatbot.commands.models_folders import known_catalogues
    known = known_catalogues()
    if added is not None:
        known.add(added)
    if removed is not None:
        known.remove(removed)
    addresses = known.list()
    click.echo(json.dumps(addresses, indent=2) if is_json else "\n".join(addresses or ["No catalogue was added yet."]))


def _offer_of(catalogues: tuple[str, ...], model_id: str) -> PackageOffer:
    """The model in the first catalogue that has it; ``KnownError`` if none has."""
    sources = offers_from(catalogues, must_ask=False)
    for offers in sources:
        if any(offer.id == model_id for offer in offers.packages):
            return offers.find(model_id)
    if not sources:
        installed().package(model_id)  # raises, naming what is installed
    return sources[0].find(model_id)


for _command in (download_command, add_command, remove_command, verify_command, publish_command, export_command,
                 move_command, compare_command):
    command.add_command(_command)
