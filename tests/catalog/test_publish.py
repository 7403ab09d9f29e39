"""Publishing: the same packages give the same site, byte for byte."""

from __future__ import annotations

import pytest

from chatbot.catalog.catalogue import CHUNK_BYTES, parse_catalogue
from chatbot.catalog.limits import OFFERED_CARD_BYTES
from chatbot.catalog.offers import read_offers
from chatbot.catalog.publish import packages_in, publish
from chatbot.core.errors import DownloadError, ModelError
from tests.catalog.small_packages import relist, weights_of, write_small_package


def snapshot(folder):
    return {path.relative_to(folder): (path.read_bytes(), path.stat().st_mtime_ns)
            for path in folder.rglob("*") if path.is_file()}


def test_publishing_twice_changes_nothing(tmp_path):
    for model_id in ("b-model", "a-model"):
        write_small_package(tmp_path / "models", model_id)
    packages = packages_in([tmp_path / "models"])
    assert len(publish(packages, tmp_path / "site")) == 2 * 4 + 1
    before = snapshot(tmp_path / "site")
    assert publish(packages_in([tmp_path / "models"]), tmp_path / "site") == []
    assert snapshot(tmp_path / "site") == before
    catalogue = parse_catalogue((tmp_path / "site" / "catalogue.json").read_bytes(), "x")
    assert [entry.id for entry in catalogue.packages] == ["a-model", "b-model"]


def test_large_files_get_chunk_hashes(tmp_path):
    package = write_small_package(tmp_path, weights=weights_of(CHUNK_BYTES + 1))
    publish([package], tmp_path / "site")
    entry = parse_catalogue((tmp_path / "site" / "catalogue.json").read_bytes(), "x").packages[0]
    assert len(entry.files["weights.safetensors"].chunks) == 2
    assert entry.files["README.md"].chunks == ()


def test_cards_travel_in_the_catalogue_unless_they_are_long(tmp_path, monkeypatch):
    card = "# Tiny\n\nA model for tests.\n"
    packages = [write_small_package(tmp_path, name) for name in ("a", "b", "c")]
    relist(packages[1].folder, README__md=b"x" * (OFFERED_CARD_BYTES + 1))
    monkeypatch.setattr("chatbot.catalog.publish.CATALOGUE_CARDS_BYTES", len(card) + 5)
    publish(packages_in([package.folder for package in packages]), tmp_path / "site")
    for source in (tmp_path / "site", tmp_path / "site" / "catalogue.json"):
        assert [offer.card for offer in read_offers(str(source)).packages] == [card, "", ""]
    assert read_offers(str(packages[2].folder)).packages[0].card == card


def test_broken_package_stops_publishing(tmp_path):
    package = write_small_package(tmp_path / "models")
    package.weights_path.write_bytes(bytes(package.weights_path.stat().st_size))
    with pytest.raises(ModelError, match="not a safetensors|SHA-256"):
        publish(packages_in([tmp_path / "models"]), tmp_path / "site")
    assert not (tmp_path / "site" / "catalogue.json").exists()
    package.weights_path.unlink()
    with pytest.raises(ModelError, match="missing"):
        packages_in([tmp_path / "models"])


def test_what_to_publish(tmp_path):
    one = write_small_package(tmp_path / "1")
    write_small_package(tmp_path / "2")
    assert packages_in([one.folder, tmp_path / "1"]) == [one]
    with pytest.raises(ModelError, match="Two folders hold a model called tiny-en"):
        packages_in([tmp_path / "1", tmp_path / "2"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match="no model in"):
        packages_in([tmp_path / "empty"])


def test_local_sources_offer_packages(tmp_path):
    package = write_small_package(tmp_path / "models")
    publish([package], tmp_path / "site")
    for place, folder in ((tmp_path / "models", package.folder), (package.folder, package.folder),
                          (tmp_path / "site", tmp_path / "site" / "tiny-en" / "1.0"),
                          (tmp_path / "site" / "catalogue.json", tmp_path / "site" / "tiny-en" / "1.0")):
        offers = read_offers(str(place))
        assert [(offer.id, offer.folder) for offer in offers.packages] == [("tiny-en", folder)]
    with pytest.raises(DownloadError, match=r"has no model called 'x' \(it has: tiny-en\)"):
        offers.find("x")
    (tmp_path / "a.zip").touch()
    with pytest.raises(DownloadError, match="chatbot models add"):
        read_offers(str(tmp_path / "a.zip"))
