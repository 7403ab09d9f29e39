"""The word streams of Penn Treebank and WikiText-2, as the literature counts them.

A line is its words between blanks and ``<eos>``, empty lines included; ``<unk>`` is a word like any other. That gives
929,589 / 73,760 / 82,430 words of training, validation and test text for Penn Treebank (Mikolov et al. 2010) and
2,088,628 / 217,646 / 245,569 for WikiText-2 (Merity et al. 2016, arXiv 1609.07843).
"""

from __future__ import annotations

import lzma
import tarfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from chatbot.core.errors import TrainingError

END_OF_LINE = "<eos>"
SPLITS = ("train", "valid", "test")
_FILES = {"wikitext2": "wikitext2/{split}.txt", "ptb": "ptb/ptb.{split}.txt"}


def read_words(corpus: Path, benchmark: str, split: str) -> list[str]:
    """The words of one split from ``corpus/bench/<benchmark>.tar.xz``, in order."""
    path, name = corpus / "bench" / f"{benchmark}.tar.xz", _FILES[benchmark].format(split=split)
    try:
        with tarfile.open(path, "r:xz") as archive:
            file = archive.extractfile(name)
            if file is None:
                raise KeyError(name)
            text = file.read().decode("utf-8")
    except (OSError, EOFError, tarfile.TarError, lzma.LZMAError, KeyError, UnicodeDecodeError) as error:
        raise TrainingError(f"The benchmark text {name} in {path} cannot be read: {error}.") from error
    return [word for line in text.split("\n")[:-1] for word in (*line.split(), END_OF_LINE)]


class WordVocabulary:
    """Words and their numbers, the commonest first. Closed: the benchmarks' own ``<unk>`` stands for all others."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = list(words)
        self._numbers = {word: number for number, word in enumerate(self.words)}

    @classmethod
    def of(cls, stream: Sequence[str]) -> WordVocabulary:
        """Every word of a training stream."""
        counts = Counter(stream)
        return cls(sorted(counts, key=lambda word: (-counts[word], word)))

    @classmethod
    def load(cls, path: Path) -> WordVocabulary:
        """Read what ``save`` wrote."""
        try:
            return cls(path.read_text(encoding="utf-8").split("\n")[:-1])
        except OSError as error:
            raise TrainingError(f"{path} cannot be read ({error.strerror}); is this the folder of a benchmark run?"
                                ) from error

    def save(self, path: Path) -> None:
        """One word a line."""
        path.write_text("".join(word + "\n" for word in self.words), encoding="utf-8")

    @property
    def size(self) -> int:
        """How many words."""
        return len(self.words)

    def encode(self, stream: Sequence[str]) -> np.ndarray:
        """Numbers [words] int32; a word that training never showed is told, as it would spoil the comparison."""
        try:
            return np.fromiter((self._numbers[word] for word in stream), dtype=np.int32, count=len(stream))
        except KeyError as error:
            raise TrainingError(f"The word {error.args[0]!r} is not in the training text.") from error
