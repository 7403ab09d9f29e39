"""``chatbot models verify``, ``publish`` and ``export``: what reads models and leaves them as they are."""

from __future__ import annotations

import json
from pathlib import Path

import click

from chatbot.commands.models_folders import installed, json_option
from chatbot.commands.models_progress import byte_bar
from chatbot.core.errors import KnownError


@click.command("verify")
@click.argument("model_ids", metavar="[ID]...", nargs=-1)
@json_option
def verify_command(model_ids: tuple[str, ...], is_json: bool) -> None:
    """Read every byte of the models (all without ID) and compare hashes. The exit code is 1 if one is broken."""
    registry = installed()
    results = []
    for model_id in model_ids or [model.id for model in registry.list()]:
        try:
            package = registry.package(model_id)
            with byte_bar(package.manifest.size, model_id) as bar:
                package.verify(deep=True, progress=bar.advance)
            results.append({"id": model_id, "ok": True, "problem": None})
        except KnownError as error:
            results.append({"id": model_id, "ok": False, "problem": str(error)})
    if is_json:
        click.echo(json.dumps(results, ensure_ascii=False, indent=2))
    else:
        for result in results:
            click.echo(f"{result['id']}: {result['problem'] or 'in order'}")
    click.get_current_context().exit(0 if all(result["ok"] for result in results) else 1)


@click.command("publish")
@click.argument("folders", metavar="DIR...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", "site", required=True, metavar="SITE", type=click.Path(path_type=Path),
              help="The folder to write; copy it to any static web host.")
@click.option("--name", default="Models", help="The name of the catalogue.")
@json_option
def publish_command(folders: tuple[Path, ...], site: Path, name: str, is_json: bool) -> None:
    """Write the models in DIR (model folders, or folders of them) and a catalogue to SITE.

    Publishing twice changes nothing.
    """
    from chatbot.catalog.publish import packages_in, publish
    packages = packages_in(folders)
    with byte_bar(sum(package.manifest.size for package in packages), "publishing") as bar:
        changed = publish(packages, site, name, bar.advance)
    if is_json:
        click.echo(json.dumps({"site": str(site), "models": [package.id for package in packages],
                               "changed": [path.relative_to(site).as_posix() for path in changed]}, indent=2))
    else:
        click.echo(f"{len(packages)} model{'' if len(packages) == 1 else 's'} in {site}; "
                   f"{len(changed)} file{'' if len(changed) == 1 else 's'} changed.")


@click.command("export")
@click.argument("model_id", metavar="ID")
@click.argument("target", metavar="FILE.zip", type=click.Path(path_type=Path, dir_okay=False))
@json_option
def export_command(model_id: str, target: Path, is_json: bool) -> None:
    """Write an installed model to one zip file, for handing on."""
    from chatbot.catalog.zip_package import write_zip
    write_zip(installed().package(model_id), target)
    click.echo(json.dumps({"id": model_id, "file": str(target)}) if is_json else f"Wrote {target}.")
