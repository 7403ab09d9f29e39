"""Upper bounds for everything that is read from a package or a catalogue, so that absurd input fails early."""

from __future__ import annotations

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB

MANIFEST_BYTES = 1 * MIB
CATALOGUE_BYTES = 32 * MIB
CARD_BYTES = 1 * MIB
OFFERED_CARD_BYTES = 64 * KIB
"""The longest model card that can be read before the model is installed."""
CATALOGUE_CARDS_BYTES = 8 * MIB
"""All cards that one published catalogue carries together; those after them are read once a model is installed."""
TOKENIZER_BYTES = 64 * MIB
TENSORS_BYTES = 64 * GIB
TENSORS_HEADER_BYTES = 16 * MIB
TENSOR_COUNT = 100_000
PACKAGE_BYTES = 80 * GIB
FILES_PER_PACKAGE = 32
PACKAGES_PER_CATALOGUE = 20_000
PARAMETERS = 10**12

MANIFEST_NAME = "model.json"
WEIGHTS_NAME = "weights.safetensors"
TOKENIZER_NAME = "tokenizer.model"
CARD_NAME = "README.md"


def largest_size_of(file_name: str) -> int:
    """The most bytes a package file of this name may have."""
    if file_name == MANIFEST_NAME:
        return MANIFEST_BYTES
    if file_name == CARD_NAME:
        return CARD_BYTES
    if file_name == TOKENIZER_NAME:
        return TOKENIZER_BYTES
    return TENSORS_BYTES
