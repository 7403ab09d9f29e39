"""The catalogue format: strict, bounded, and readable when one package in it is too new."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.catalog.catalogue import Catalogue, CatalogueEntry, RemoteFile, parse_catalogue
from chatbot.core.errors import DownloadError
from tests.catalog.small_packages import write_small_package


@pytest.fixture(scope="module")
def raw_text(tmp_path_factory):
    package = write_small_package(tmp_path_factory.mktemp("catalogue"))
    files = {name: RemoteFile(address=f"tiny/{name}", size=entry.size, sha256=entry.sha256)
             for name, entry in package.manifest.files.items()}
    return Catalogue(packages=(CatalogueEntry(manifest=package.manifest, files=files),)).to_text()


def refusal(raw):
    with pytest.raises(DownloadError) as caught:
        parse_catalogue(raw if isinstance(raw, bytes) else json.dumps(raw).encode(), "The catalogue")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_text_is_read_back_the_same(raw_text):
    catalogue = parse_catalogue(raw_text.encode(), "x")
    assert catalogue.to_text() == raw_text
    assert [(entry.id, entry.manifest.name) for entry in catalogue.packages] == [("tiny-en", "Tiny")]


@pytest.mark.parametrize(("change", "sentence"), [
    (lambda raw: raw.update(extra=1), "unknown field 'extra'"),
    (lambda raw: raw.update(schema_version=3), "update the program"),
    (lambda raw: raw.update(schema_version=0), "not a catalogue of models"),
    (lambda raw: raw.update(schema_version=True), "not a catalogue of models"),
    (lambda raw: raw.pop("packages"), "not a catalogue of models"),
    (lambda raw: raw.update(too_new_ids=["x"]), "not a catalogue of models"),
    (lambda raw: raw.update(packages=raw["packages"] * 2), "'tiny-en' is listed twice"),
    (lambda raw: raw["packages"][0].update(extra=1), "unknown field 'packages.0.extra'"),
    (lambda raw: raw["packages"][0]["files"]["README.md"].update(address="../../etc/passwd"), "plain address below"),
    (lambda raw: raw["packages"][0]["files"]["README.md"].update(address="/etc/passwd"), "plain address below"),
    (lambda raw: raw["packages"][0]["files"]["README.md"].update(address="https://evil.org/x"), "plain address below"),
    (lambda raw: raw["packages"][0]["files"]["README.md"].update(size=10**30), "size"),
    (lambda raw: raw["packages"][0]["files"]["README.md"].update(size=-1), "size"),
    (lambda raw: raw["packages"][0]["files"]["README.md"].update(size=5), "listed differently"),
    (lambda raw: raw["packages"][0]["files"].pop("README.md"), "listed differently"),
    (lambda raw: raw["packages"][0]["files"]["README.md"].update(chunk_size=65536), "belong together"),
    (lambda raw: raw["packages"][0]["files"]["README.md"].update(chunk_size=65536, chunks=["0" * 64] * 2),
     "do not make"),
    (lambda raw: raw["packages"][0]["manifest"].update(id="../x"), "does not have the form"),
    (lambda raw: raw["packages"][0]["manifest"]["files"].update({"run.py": {}}), "not a file a package may hold"),
    (lambda raw: raw["packages"][0]["manifest"].pop("schema_version"), "schema_version"),
    (lambda raw: raw.update(packages=[1]), "packages.0"),
    (lambda raw: raw["packages"][0].update(card="# Another"), "the card of tiny-en is not the README.md"),
    (lambda raw: raw["packages"][0].update(card="\ud800"), "packages.0"),
    (lambda raw: raw["packages"][0].update(card="x" * 70_000), "packages.0.card"),
    (lambda raw: raw["packages"][0].update(card=["x"]), "packages.0.card"),
])
def test_wrong_catalogues_are_refused(raw_text, change, sentence):
    raw = json.loads(raw_text)
    change(raw)
    assert sentence in refusal(raw)


def test_a_catalogue_of_the_first_version_is_read_without_cards(raw_text):
    raw = json.loads(raw_text)
    raw["schema_version"] = 1
    del raw["packages"][0]["card"]
    catalogue = parse_catalogue(json.dumps(raw).encode(), "x")
    assert (catalogue.schema_version, catalogue.packages[0].card) == (2, "")


def test_a_card_must_be_the_one_of_the_package(raw_text):
    raw = json.loads(raw_text)
    raw["packages"][0]["card"] = "# Tiny\n\nA model for tests.\n"
    assert parse_catalogue(json.dumps(raw).encode(), "x").packages[0].card.startswith("# Tiny")
    for place in ("files", "manifest"):
        files = raw["packages"][0][place]
        del (files["files"] if place == "manifest" else files)["README.md"]
    assert "the card of tiny-en is not" in refusal(raw)


def test_other_things_than_catalogues():
    assert "is a web page, not JSON" in refusal(b"<!DOCTYPE html><p>hello")
    assert "not readable JSON" in refusal(b"{nonsense")
    assert "must be a JSON object" in refusal(b"[1]")
    assert "larger than" in refusal(b" " * (33 * 1024 * 1024))


def test_a_package_for_a_newer_program_does_not_hide_the_others(raw_text):
    raw = json.loads(raw_text)
    newer = json.loads(json.dumps(raw["packages"][0]))
    newer["manifest"].update(schema_version=99, id="future", something="new")
    raw["packages"].append(newer)
    catalogue = parse_catalogue(json.dumps(raw).encode(), "x")
    assert [entry.id for entry in catalogue.packages] == ["tiny-en"]
    assert catalogue.too_new_ids == ("future",)
    assert "future" not in catalogue.to_text()


KEYS = st.sampled_from(["schema_version", "packages", "manifest", "files", "id", "name"])


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(),
                    lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=20))
def test_any_json_gives_a_known_error(value):
    if isinstance(value, dict):
        value["schema_version"] = 1
        value.setdefault("packages", [value.copy()])
    try:
        parse_catalogue(json.dumps(value).encode(), "x")
    except DownloadError:
        return
    assert value["packages"] == []
