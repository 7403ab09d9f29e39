"""Spoiled packages and zip files on a real server: one sentence, and the installed models stay as they are."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from chatbot.catalog.offers import read_offers
from chatbot.core.errors import DownloadError
from tests.catalog.bad_site import BadSite
from tests.catalog.small_packages import VOCABULARY, tensors_file, tokenizer_file

pytestmark = pytest.mark.network_local


@pytest.fixture
def site(server, patience, tmp_path) -> BadSite:
    return BadSite(server, patience, tmp_path)


def weights(dtype: str, data: bytes) -> bytes:
    """A safetensors file of one tensor."""
    return tensors_file({"embedding.weight": (dtype, [len(data) // (4 if dtype == "F32" else 2)], data)})


@pytest.mark.parametrize(("changed", "code", "saying"), [
    ({"weights__safetensors": weights("F32", struct.pack("<4f", 1, 2, float("nan"), 4))}, "model", "not finite"),
    ({"weights__safetensors": weights("F32", struct.pack("<4f", 1, 2, float("-inf"), 4))}, "model", "not finite"),
    ({"weights__safetensors": weights("BF16", b"\x80\x3f\xc0\x7f")}, "model", "not finite"),
    ({"weights__safetensors": weights("F16", struct.pack("<2e", 1, float("inf")))}, "model", "not finite"),
    ({"tokenizer__model": tokenizer_file(VOCABULARY + 1)}, "model", "has 25 tokens but model.json says 24"),
    ({"tokenizer__model": tokenizer_file(VOCABULARY - 1)}, "model", "has 23 tokens but model.json says 24"),
    ({"tokenizer__model": b"not a tokenizer"}, "model", "is not a sentencepiece tokenizer"),
    ({"tokenizer__model": b""}, "model", "is not a sentencepiece tokenizer"),
    ({"tokenizer__model": b'{"model": {"type": "BPE"}}'}, "model", "is not a sentencepiece tokenizer"),
    ({"tokenizer__model": b"\x80\x04\x95" + bytes(20)}, "model_could_run_code", "is a Python pickle"),
    ({"tokenizer__model": b"#!/bin/sh\nrm"}, "model_could_run_code", "is a script"),
])
def test_a_spoiled_package_with_right_hashes(site, terminal, changed, code, saying):
    site.publish(**changed)
    site.change_catalogue(lambda raw: raw["packages"][0].pop("card"))
    site.refuse_everywhere(terminal, code, saying)


def test_the_same_site_unspoiled_installs(site):
    """So that the refusals here are for what was spoiled and for nothing else."""
    site.publish(weights__safetensors=weights("F32", struct.pack("<4f", 1, 2, 3, 4)))
    assert site.download().manifest.version == "2.0"
    assert site.left() == []


# ---- zip files ------------------------------------------------------------------------------------------------------

def zipped(folder: Path, extra: dict[str, bytes] | None = None, **changed: bytes) -> bytes:
    """The package in ``folder`` as a compressed zip with files changed or added."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            archive.writestr(f"tiny-en/{path.name}", changed.get(path.name.replace(".", "__"), path.read_bytes()))
        for name, data in (extra or {}).items():
            archive.writestr(name, data)
    return content.getvalue()


@pytest.mark.parametrize("name", ["../slipped.safetensors", "/slipped.safetensors", "tiny-en/../../slipped.safetensors",
                                  "..\\slipped.safetensors", "tiny-en/slipped.py", "C:/slipped.safetensors"])
def test_zip_slip(site, name):
    site.server.files["/package.zip"] = zipped(site.publish().folder, {name: b"evil"})
    site.refuse(site.fetch_and_add_zip, "model_could_run_code", "nothing was unpacked")
    for place in (site.folder, site.models.folder.parent, site.models.folder):
        assert not any("slipped" in path.name for path in place.rglob("*"))


def test_zip_bomb(site):
    """Honest about its size in its table of contents, and lying about it."""
    package = site.publish()
    bomb, true_size = bytes(50_000_000), package.manifest.files["weights.safetensors"].size
    content = zipped(package.folder, weights__safetensors=bomb)
    assert len(content) < 100_000
    site.server.files["/package.zip"] = content
    site.refuse(site.fetch_and_add_zip, "model", "has 50,000,000 bytes instead of")
    lie = content.replace(len(bomb).to_bytes(4, "little"), true_size.to_bytes(4, "little"))
    assert lie != content
    site.server.files["/package.zip"] = lie
    site.refuse(site.fetch_and_add_zip, "model", "fetched.zip is not a readable zip file")


def test_the_same_zip_unspoiled_installs(site):
    site.server.files["/package.zip"] = zipped(site.publish().folder)
    assert site.fetch_and_add_zip().manifest.version == "2.0"


def test_a_zip_file_is_no_catalogue(site):
    site.server.files["/package.zip"] = b"PK"
    with pytest.raises(DownloadError, match="is a zip file, not a catalogue") as caught:
        read_offers(site.server.address + "/package.zip")
    assert caught.value.code == "not_a_catalogue"
    assert site.server.requests == []
