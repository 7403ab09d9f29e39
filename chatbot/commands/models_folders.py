"""Where the commands about models look: the installed ones, the catalogues, and the options they share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from chatbot import paths

if TYPE_CHECKING:
    from chatbot.catalog.install import ModelsFolder
    from chatbot.catalog.known_catalogues import KnownCatalogues
    from chatbot.catalog.offers import Offers
    from chatbot.catalog.registry import Registry


def json_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a command with ``--json``."""
    return click.option("--json", "is_json", is_flag=True, help="Print JSON.")(function)


def catalogue_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a command with ``--catalog``."""
    return click.option("--catalog", "catalogues", metavar="ADDRESS", multiple=True,
                        help="Ask this catalogue: https://, hf://owner/name or a folder; may be given many times.")(
                            function)


def installed() -> Registry:
    """The models of the user's folder and those that ship with the program."""
    from chatbot.catalog.registry import Registry
    return Registry([paths.models_folder(), paths.bundled_models()])


def models_folder() -> ModelsFolder:
    """The user's folder of models, for changes."""
    from chatbot.catalog.install import ModelsFolder
    from chatbot.worker.installed_engine import check_package
    return ModelsFolder(paths.models_folder(), check_package)


def known_catalogues() -> KnownCatalogues:
    """The catalogues the user has added."""
    from chatbot.catalog.known_catalogues import KnownCatalogues
    return KnownCatalogues(paths.config_folder() / "catalogues.json")


def offers_from(catalogues: tuple[str, ...], must_ask: bool) -> list[Offers]:
    """What the named catalogues offer, or with ``must_ask`` those the user has added. May open the network."""
    from chatbot.catalog.offers import read_offers
    addresses = catalogues or (tuple(known_catalogues().list()) if must_ask else ())
    return [read_offers(address) for address in addresses]
