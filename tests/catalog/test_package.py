"""The package format: what is accepted, what is refused, and with which sentence."""

from __future__ import annotations

import json
import math
import os
import pickle
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.catalog.file_hash import VerifiedFiles
from chatbot.catalog.manifest import parse_manifest
from chatbot.catalog.manifest_upgrades import upgraded
from chatbot.catalog.package import ModelPackage, check_program_version, write_package
from chatbot.core.errors import ModelError
from tests.catalog.small_packages import (
    VOCABULARY,
    fields,
    files,
    relist,
    tensors_file,
    tokenizer_file,
    write_small_package,
)


def test_written_package_is_read_back_the_same(tmp_path):
    written = write_small_package(tmp_path)
    read = ModelPackage.load(tmp_path / "tiny-en")
    assert read == written
    assert read.manifest.to_text() == (tmp_path / "tiny-en" / "model.json").read_text("utf-8")
    assert read.card.startswith("# Tiny")
    read.verify(deep=True)


def test_writing_leaves_nothing_behind_when_it_fails(tmp_path):
    with pytest.raises(ModelError, match="not a safetensors file"):
        write_small_package(tmp_path, weights=b"nonsense")
    assert list(tmp_path.iterdir()) == []


def test_writing_never_replaces_a_model(tmp_path):
    write_small_package(tmp_path)
    with pytest.raises(ModelError, match="exists already"):
        write_small_package(tmp_path)


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"foo": 1}, "unknown field 'foo'"),
    ({"id": "../evil"}, "'../evil' does not have the form"),
    ({"id": "con"}, "folder name"),
    ({"id": "a..b"}, "folder name"),
    ({"name": 3}, "name: input should be a valid string"),
    ({"name": "two\nlines"}, "cannot be shown in one line"),
    ({"version": "1.0-beta"}, "does not have the form"),
    ({"created": "yesterday"}, "created"),
    ({"created": "2026-11-01T10:00:00"}, "time zone"),
    ({"sampling": {"temperature": 9}}, "temperature must be between 0 and 2"),
    ({"sampling": {"magic": 1}}, "no sampling option called 'magic'"),
    ({"quality": {"perplexity": math.inf}}, "finite"),
    ({"architecture": {"cell": "lstm", "vocabulary_size": VOCABULARY, "width": 4}}, "'blocks' is missing"),
    ({"architecture": {"cell": "gpt", "vocabulary_size": VOCABULARY, "width": 4, "blocks": 1}}, "the cell 'gpt'"),
    ({"architecture": {"cell": "lstm", "vocabulary_size": VOCABULARY, "width": 10**9, "blocks": 1}}, "'width' must be"),
    ({"architecture": {"cell": "lstm", "vocabulary_size": 99, "width": 4, "blocks": 1}}, "the tokenizer has 24 tokens"),
    ({"parent": "tiny-en"}, "own parent"),
    ({"parameters": True}, "parameters"),
])
def test_wrong_descriptions_are_refused(tmp_path, changes, sentence):
    with pytest.raises(ModelError) as caught:
        write_package(tmp_path / "m", {**fields(), **changes}, files())
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["../weights.safetensors", "/etc/passwd", "model.pt", "pytorch_model.bin", "run.py",
                                  "model.json", "WEIGHTS.SAFETENSORS", "a/b.safetensors", "nul.safetensors",
                                  "C:\\x.safetensors", ".hidden.safetensors", ""])
def test_other_file_names_are_refused(tmp_path, name):
    with pytest.raises(ModelError, match="cannot be written"):
        write_package(tmp_path / "m", fields(), {**files(), name: b"x"})
    listed = {"size": 1, "sha256": "0" * 64}
    package = write_small_package(tmp_path)
    raw = json.loads(package.manifest.to_text())
    raw["files"][name] = listed
    with pytest.raises(ModelError, match="files"):
        parse_manifest(json.dumps(raw).encode())


@pytest.mark.parametrize(("data", "sentence"), [
    (b"<html></html>", "web page"), (b"{", "not readable JSON"), (b"[]", "must be a JSON object"),
    (b"\xff\xfe{}", "UTF-8"), (b"[" * 200_000, "nested too deeply"), (b'{"a":1,"a":2}', "'a' occurs twice"),
    (b'{"schema_version": NaN}', "NaN"), (b"{}", "schema_version"), (b" " * (1024 * 1024 + 1), "larger than"),
    (b'{"schema_version": 99}', "update the program"), (b'{"schema_version": true}', "schema_version"),
    (b'{"schema_version": 1}', "lacks the field 'id'"),
])
def test_unreadable_manifests(data, sentence):
    with pytest.raises(ModelError) as caught:
        parse_manifest(data, "model.json")
    assert sentence in str(caught.value)


@given(st.binary(max_size=300) | st.recursive(st.none() | st.booleans() | st.floats() | st.text(),
                                              lambda inner: st.dictionaries(st.text(), inner)).map(
                                                  lambda value: json.dumps(value).encode()))
def test_any_bytes_give_a_manifest_or_a_known_error(data):
    with pytest.raises(ModelError):
        parse_manifest(data)


def test_upgrades_run_in_order_and_leave_their_input_alone():
    first = {"schema_version": 1, "a": 1}
    steps = {1: lambda raw: {**raw, "b": 2}, 2: lambda raw: {"c": raw["b"] + 1}}
    assert upgraded(first, "x", steps, newest=3) == {"schema_version": 3, "c": 3}
    assert first == {"schema_version": 1, "a": 1}


def test_a_package_for_a_newer_program_is_refused(tmp_path):
    manifest = write_small_package(tmp_path, program_version="0.1.0").manifest
    check_program_version(manifest, "0.1.0")
    check_program_version(manifest, "0.10")
    newer = manifest.model_copy(update={"program_version": "0.10.2"})
    with pytest.raises(ModelError, match="needs version 0.10.2 of the program, this is 0.9.9"):
        check_program_version(newer, "0.9.9")


def test_truncated_missing_altered_and_linked_files(tmp_path):
    package = write_small_package(tmp_path)
    weights = package.weights_path
    content = weights.read_bytes()
    weights.write_bytes(content[:-1])
    with pytest.raises(ModelError, match="cut off"):
        ModelPackage.load(package.folder)
    weights.write_bytes(content[:-1] + b"\x01")
    altered = ModelPackage.load(package.folder)
    with pytest.raises(ModelError, match=f"SHA-256 is [0-9a-f]{{64}} instead of "
                                         f"{package.manifest.files['weights.safetensors'].sha256}"):
        altered.verify(deep=True)
    weights.unlink()
    with pytest.raises(ModelError, match="weights.safetensors of tiny-en is missing"):
        ModelPackage.load(package.folder)
    (tmp_path / "elsewhere").write_bytes(content)
    weights.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ModelError, match="not a plain file"):
        ModelPackage.load(package.folder)


def test_known_files_are_not_read_again_until_they_change(tmp_path):
    package = write_small_package(tmp_path)
    memory = tmp_path / "verified.json"
    package.verify(deep=True, known=VerifiedFiles(memory))
    read: list[int] = []
    package.verify(deep=True, known=VerifiedFiles(memory), progress=read.append)
    assert read == []
    os.utime(package.weights_path, ns=(1, 1))
    package.verify(deep=True, known=VerifiedFiles(memory), progress=read.append)
    assert sum(read) == package.weights_path.stat().st_size
    memory.write_text("[nonsense")
    package.verify(deep=True, known=VerifiedFiles(memory), progress=read.append)


def test_pickle_in_disguise(tmp_path):
    package = write_small_package(tmp_path)
    for data in (pickle.dumps({"a": 1}), b"PK\x03\x04" + bytes(100), b"\x7fELF" + bytes(100)):
        relist(package.folder, weights__safetensors=data)
        with pytest.raises(ModelError, match="could run code"):
            ModelPackage.load(package.folder).verify()
    relist(package.folder, weights__safetensors=tensors_file(), tokenizer__model=pickle.dumps([1, 2]))
    with pytest.raises(ModelError, match="tokenizer.model is a Python pickle"):
        ModelPackage.load(package.folder).verify()


def test_tokenizer_of_another_size_or_kind(tmp_path):
    package = write_small_package(tmp_path)
    relist(package.folder, tokenizer__model=tokenizer_file(VOCABULARY - 1))
    with pytest.raises(ModelError, match="23 tokens but model.json says 24"):
        ModelPackage.load(package.folder).verify(deep=False)
    relist(package.folder, tokenizer__model=b"I am not a tokenizer")
    with pytest.raises(ModelError, match="not a sentencepiece tokenizer"):
        ModelPackage.load(package.folder).verify(deep=False)


def test_card_must_be_text(tmp_path):
    package = write_small_package(tmp_path)
    relist(package.folder, README__md=b"caf\xe9")
    with pytest.raises(ModelError, match="README.md is not UTF-8"):
        ModelPackage.load(package.folder).verify()


@pytest.mark.parametrize(("dtype", "data"), [
    ("F32", struct.pack("<3f", 1, math.nan, 2)), ("F32", struct.pack("<2f", math.inf, -math.inf)),
    ("F64", struct.pack("<2d", 1e308, math.nan)), ("F16", struct.pack("<2e", 1, math.inf)),
    ("BF16", b"\x80\x3f\x80\xff"), ("F8_E5M2", b"\x01\x7d"), ("F8_E4M3", b"\x01\xff"),
])
def test_numbers_that_are_not_finite(tmp_path, dtype, data):
    width = {"F32": 4, "F64": 8, "F16": 2, "BF16": 2}.get(dtype, 1)
    weights = tensors_file({"fine": ("I8", [2], b"\xff\x7f"), "bad": (dtype, [len(data) // width], data)})
    with pytest.raises(ModelError, match="'bad' that are not finite"):
        write_small_package(tmp_path, weights=weights)


def test_large_finite_numbers_are_accepted(tmp_path):
    weights = tensors_file({"a": ("F32", [2], struct.pack("<2f", 3.4e38, 3.4e38)),
                            "b": ("F64", [2], struct.pack("<2d", 1.7e308, 1.7e308)),
                            "c": ("F16", [2], struct.pack("<2e", 65504, -65504)), "empty": ("F32", [0, 4], b"")})
    write_small_package(tmp_path, weights=weights).verify()


def test_a_real_sentencepiece_model_is_accepted(tmp_path):
    pytest.importorskip("sentencepiece")
    import io

    import sentencepiece
    model = io.BytesIO()
    sentences = ["the cat sat on the mat", "a bird sings in the old tree", "we walk home in the rain"]
    sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(sentences), model_writer=model, vocab_size=24,
                                             minloglevel=9)
    write_package(tmp_path / "real", fields(), files(tokenizer__model=model.getvalue()))


def test_adapter_needs_no_tokenizer_of_its_own(tmp_path):
    content = {"adapter.safetensors": tensors_file()}
    package = write_package(tmp_path / "mine", fields("mine", parent="tiny-en", is_personal=True), content)
    assert package.manifest.needs_parent_weights
    with pytest.raises(ModelError, match="without a parent needs"):
        write_package(tmp_path / "orphan", fields("orphan"), content)


def test_engine_and_format_agree_about_architectures(tmp_path):
    architecture = pytest.importorskip("chatbot.engine.architecture")
    from chatbot.catalog.manifest import ARCHITECTURE_BOUNDS, CELLS
    assert set(architecture.CELLS) == set(CELLS)
    described = architecture.Architecture(vocabulary_size=VOCABULARY).to_dict()
    assert described.keys() - {"cell"} == ARCHITECTURE_BOUNDS.keys()
    package = write_package(tmp_path / "m", {**fields(), "architecture": described}, files())
    assert architecture.Architecture.from_dict(dict(package.manifest.architecture)).to_dict() == described
