"""Zip files: the same every time when written, and trusted in nothing when read."""

from __future__ import annotations

import io
import stat
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.catalog.install import ModelsFolder
from chatbot.catalog.zip_package import add_zip, write_zip
from chatbot.core.errors import KnownError, ModelError
from tests.catalog.small_packages import write_small_package


@pytest.fixture
def package(tmp_path):
    return write_small_package(tmp_path / "source")


@pytest.fixture
def models(tmp_path):
    return ModelsFolder(tmp_path / "models")


def zip_of(package, tmp_path, change=None, folder="tiny-en/", extra=(), compression=zipfile.ZIP_STORED):
    """A zip of the package with members changed: ``change`` maps names to other contents, ``extra`` is appended."""
    path = tmp_path / "package.zip"
    with zipfile.ZipFile(path, "w", compression) as archive:
        for file in sorted(package.folder.iterdir()):
            archive.writestr(folder + file.name, (change or {}).get(file.name, file.read_bytes()))
        for info, data in extra:
            archive.writestr(info, data)
    return path


def refusal(models, path):
    with pytest.raises(ModelError) as caught:
        add_zip(models, path)
    left = [item.name for item in models.folder.rglob("*") if item.is_dir()] if models.folder.exists() else []
    assert left in ([], [".downloads"])
    return str(caught.value)


def test_round_trip_is_the_same_every_time(package, models, tmp_path):
    write_zip(package, tmp_path / "one.zip")
    write_zip(package, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    installed = add_zip(models, tmp_path / "one.zip")
    installed.verify(deep=True)
    assert installed.manifest == package.manifest


@pytest.mark.parametrize("folder", ["", "tiny-en/", "any name/"])
@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_zips_of_other_programs(package, models, tmp_path, folder, compression):
    path = zip_of(package, tmp_path, folder=folder, compression=compression)
    assert add_zip(models, path).id == "tiny-en"


def test_zip_with_a_folder_entry(package, models, tmp_path):
    info = zipfile.ZipInfo("tiny-en/")
    info.external_attr = (stat.S_IFDIR | 0o755) << 16
    assert add_zip(models, zip_of(package, tmp_path, extra=[(info, b"")])).id == "tiny-en"


@pytest.mark.parametrize("name", ["../README.md", "/README.md", "tiny-en/../../README.md", "a/b/README.md",
                                  "C:/README.md", "tiny-en/run.py", "tiny-en/model.pt", "..\\README.md",
                                  "x\\..\\README.md", "..",
                                  "tiny-en/sub/", "a:b/adapter.safetensors"])
def test_zip_slip_and_strangers(package, models, tmp_path, name):
    sentence = refusal(models, zip_of(package, tmp_path, extra=[(name, b"evil")]))
    assert "nothing was unpacked" in sentence
    assert not (tmp_path / "README.md").exists()


def test_link_in_a_zip(package, models, tmp_path):
    info = zipfile.ZipInfo("tiny-en/adapter.safetensors")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert "nothing was unpacked" in refusal(models, zip_of(package, tmp_path, extra=[(info, b"/etc/passwd")]))


def test_bomb_is_stopped_by_the_listed_size(package, models, tmp_path):
    """Both ways: an honest size that is not the listed one, and a forged size in the directory of the zip."""
    bomb = bytes(200_000_000)
    path = zip_of(package, tmp_path, change={"weights.safetensors": bomb}, compression=zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 1_000_000
    assert "has 200,000,000 bytes instead of" in refusal(models, path)
    true_size = package.manifest.files["weights.safetensors"].size
    path.write_bytes(path.read_bytes().replace(len(bomb).to_bytes(4, "little"), true_size.to_bytes(4, "little")))
    refusal(models, path)


def test_member_twice_encrypted_or_missing(package, models, tmp_path):
    with pytest.warns(UserWarning, match="Duplicate"):
        path = zip_of(package, tmp_path, extra=[("tiny-en/README.md", b"again")])
    assert "holds README.md twice" in refusal(models, path)
    path = zip_of(package, tmp_path, extra=[("other/adapter.safetensors", b"again")])
    assert "not a model package" in refusal(models, path)
    path = zip_of(package, tmp_path, extra=[("tiny-en/adapter.safetensors", b"again")])
    assert "do not agree about adapter.safetensors" in refusal(models, path)
    content = bytearray(zip_of(package, tmp_path).read_bytes())
    place = content.index(b"PK\x01\x02")
    while place >= 0:
        content[place + 8] |= 1
        place = content.find(b"PK\x01\x02", place + 1)
    path.write_bytes(bytes(content))
    assert "encrypted" in refusal(models, path)


def test_not_a_zip_at_all(models, tmp_path):
    path = tmp_path / "package.zip"
    for data in (b"", b"hello", b"PK\x05\x06" + bytes(18)):
        path.write_bytes(data)
        assert refusal(models, path)
    with pytest.raises(ModelError, match="cannot be read"):
        add_zip(models, tmp_path / "missing.zip")


def test_too_many_files(package, models, tmp_path):
    path = zip_of(package, tmp_path, extra=[(f"tiny-en/a{n}.safetensors", b"") for n in range(100)])
    assert "more files" in refusal(models, path)


def test_altered_content_is_found_and_the_installed_model_stays(package, models, tmp_path):
    add_zip(models, zip_of(package, tmp_path))
    spoiled = bytearray(package.weights_path.read_bytes())
    spoiled[-1] ^= 1
    path = zip_of(package, tmp_path, change={"weights.safetensors": bytes(spoiled)})
    with pytest.raises(ModelError, match="installed already"):
        add_zip(models, path)
    with pytest.raises(ModelError, match="SHA-256"):
        add_zip(models, path, may_replace=True)
    assert (models.folder / "tiny-en" / "weights.safetensors").read_bytes() == package.weights_path.read_bytes()


@settings(max_examples=150, deadline=None)
@given(place=st.integers(0, 2500), noise=st.binary(min_size=1, max_size=40))
def test_any_damage_gives_a_known_error(tmp_path_factory, place, noise):
    folder = tmp_path_factory.mktemp("damaged")
    package = write_small_package(folder / "source")
    path = zip_of(package, folder)
    content = bytearray(path.read_bytes())
    place = min(place, len(content) - 1)
    content[place:place + len(noise)] = noise
    path.write_bytes(bytes(content))
    try:
        installed = add_zip(ModelsFolder(folder / "models"), path)
    except KnownError:
        return
    installed.verify(deep=True)
    assert io.BytesIO(content).read()
