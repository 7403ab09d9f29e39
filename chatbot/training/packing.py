"""From documents to streams of tokens: encode once, then deal a mixture of sources into parallel streams.

A conversation is ``<speaker> text <eot> <speaker> text <eot> ... <end>``, prose ``<text> text <end>``. Conversations
follow each other in a stream, so every one begins right after an ``<end>``: the state after ``<end>`` is the state a
new chat starts from.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from chatbot.core.errors import TrainingError
from chatbot.engine.roles import AUTHORS, BOT, END, END_OF_TURN, FACTS, SPEAKER_A, SPEAKER_B, TEXT, USER
from chatbot.engine.tokenizer import Tokenizer
from chatbot.training.corpus import Document

_BATCH = 256
SOURCES_FILE = "sources.json"
"""Written last: a folder that has it is whole."""


def encode_document(tokenizer: Tokenizer, document: Document, encoded: Sequence[list[int]],
                    persona: Sequence[list[int]]) -> list[int]:
    """Token ids of one document; ``encoded`` and ``persona`` are its texts as ids."""
    end, end_of_turn = tokenizer.role(END), tokenizer.role(END_OF_TURN)
    if document.is_prose:
        return [tokenizer.role(TEXT), *encoded[0], end]
    names = (USER, BOT) if document.is_own_voice else (SPEAKER_A, SPEAKER_B)
    roles = tuple(tokenizer.role(name) for name in names)
    ids: list[int] = []
    if persona:
        ids += [tokenizer.role(FACTS), *(token for line in persona for token in line), end_of_turn]
    for speaker, turn in zip(document.speakers, encoded, strict=True):
        ids += [roles[speaker], *turn, end_of_turn]
    return [*ids, end]


def encode_documents(tokenizer: Tokenizer, documents: Iterable[Document]) -> Iterator[tuple[Document, list[int]]]:
    """Documents with their token ids, in order; texts are encoded in batches."""
    batch: list[Document] = []

    def flush() -> Iterator[tuple[Document, list[int]]]:
        texts = [text for document in batch for text in (*document.turns, *document.persona)]
        encoded = iter(tokenizer.encode_many(texts))
        for document in batch:
            turns = [next(encoded) for _ in document.turns]
            persona = [next(encoded) for _ in document.persona]
            yield document, encode_document(tokenizer, document, turns, persona)
        batch.clear()

    for document in documents:
        batch.append(document)
        if len(batch) >= _BATCH:
            yield from flush()
    yield from flush()


@dataclass(frozen=True, slots=True)
class PackedCorpus:
    """Per source: all token ids in one array and where each document begins (one more entry than documents)."""

    tokens: dict[str, np.ndarray]
    starts: dict[str, np.ndarray]

    def document(self, source: str, index: int) -> np.ndarray:
        """Token ids of one document, uint16."""
        starts = self.starts[source]
        return self.tokens[source][starts[index]:starts[index + 1]]

    def document_count(self, source: str) -> int:
        """How many documents a source has."""
        return len(self.starts[source]) - 1

    def save(self, folder: Path) -> None:
        """Write ``<source>.tokens.npy`` and ``<source>.starts.npy``."""
        folder.mkdir(parents=True, exist_ok=True)
        for source, tokens in self.tokens.items():
            np.save(folder / f"{source}.tokens.npy", tokens)
            np.save(folder / f"{source}.starts.npy", self.starts[source])
        counts = {source: len(tokens) for source, tokens in self.tokens.items()}
        (folder / SOURCES_FILE).write_text(json.dumps(counts, indent=1))

    def joined(self, other: PackedCorpus) -> PackedCorpus:
        """Both corpora's sources; of a source that both have, the other's."""
        return PackedCorpus({**self.tokens, **other.tokens}, {**self.starts, **other.starts})

    @classmethod
    def load(cls, folder: Path) -> PackedCorpus:
        """Read what ``save`` wrote, memory-mapped."""
        counts = json.loads((folder / SOURCES_FILE).read_text())
        read = {kind: {source: np.load(folder / f"{source}.{kind}.npy", mmap_mode="r", allow_pickle=False)
                       for source in counts} for kind in ("tokens", "starts")}
        return cls(read["tokens"], read["starts"])


def pack(tokenizer: Tokenizer, documents: Iterable[Document],
         report: Callable[[int], None] | None = None) -> PackedCorpus:
    """Encode everything. ``report`` is told the number of documents now and then."""
    tokens: dict[str, list[np.ndarray]] = {}
    for number, (document, ids) in enumerate(encode_documents(tokenizer, documents), 1):
        tokens.setdefault(document.source, []).append(np.asarray(ids, dtype=np.uint16))
        if report is not None and number % 5000 == 0:
            report(number)
    if not tokens:
        raise TrainingError("The corpus holds no document.")
    starts = {source: np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int64)
              for source, parts in tokens.items()}
    return PackedCorpus({source: np.concatenate(parts) for source, parts in tokens.items()}, starts)


class Dealer:
    """Deals documents of a weighted mixture into ``streams`` endless parallel streams.

    Each visit draws a source with a probability proportional to passes x documents and takes the next document of
    that source's own shuffle; after a whole pass the source is shuffled anew. Everything follows from ``seed`` and
    the position, so ``position`` and ``restore`` resume exactly.
    """

    def __init__(self, corpus: PackedCorpus, tokenizer: Tokenizer, *, streams: int, seed: int,
                 author_share: float = 0.25) -> None:
        self._corpus = corpus
        self._seed = seed
        self._author_share = author_share
        self._speakers = (tokenizer.role(SPEAKER_A), tokenizer.role(SPEAKER_B))
        self._authors = np.array([tokenizer.role(author) for author in AUTHORS], dtype=np.uint16)
        self._facts = tokenizer.role(FACTS)
        self._end_of_turn = tokenizer.role(END_OF_TURN)
        self._end = tokenizer.role(END)
        self._visits = 0
        self._taken: dict[str, int] = dict.fromkeys(corpus.tokens, 0)
        self._orders: dict[tuple[str, int], np.ndarray] = {}
        self._streams: list[tuple[str, int, int, int]] = [("", 0, 0, 0)] * streams
        self._current: list[np.ndarray] = [np.empty(0, dtype=np.uint16)] * streams
        self._segments = np.zeros(streams, dtype=np.int64)
        self._last = np.full(streams, self._end, dtype=np.uint16)
        self._sources: list[str] = []
        self._chances = np.empty(0)

    def set_mixture(self, passes: dict[str, float]) -> None:
        """Use these relative numbers of passes from the next visit on; a source not named is not drawn."""
        unknown = sorted(set(passes) - set(self._corpus.tokens))
        if unknown:
            raise TrainingError(f"The recipe mixes the source {unknown[0]!r}, which the corpus does not have.")
        self._sources = sorted(source for source, share in passes.items() if share > 0)
        weights = np.array([passes[s] * self._corpus.document_count(s) for s in self._sources], dtype=np.float64)
        self._chances = weights / weights.sum()

    def window(self, length: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The next ``length`` positions of every stream: tokens, targets and segments, each [length, streams] int64."""
        ids = np.empty((length + 1, len(self._streams)), dtype=np.int64)
        segments = np.empty((length, len(self._streams)), dtype=np.int64)
        for stream in range(len(self._streams)):
            self._fill(stream, ids[:, stream], segments[:, stream])
        return ids[:-1], ids[1:], segments

    def _fill(self, stream: int, ids: np.ndarray, segments: np.ndarray) -> None:
        ids[0] = self._last[stream]
        filled = 1
        while filled < len(ids):
            if not len(self._current[stream]):
                self._next_document(stream)
            part = self._current[stream][:len(ids) - filled]
            ids[filled:filled + len(part)] = part
            segments[filled - 1:filled - 1 + len(part)] = self._segments[stream]
            self._current[stream] = self._current[stream][len(part):]
            filled += len(part)
        self._last[stream] = ids[-1]

    def _next_document(self, stream: int) -> None:
        """Start a document. The ``<end>`` before it already belongs to the new segment: it predicts its first token."""
        source, index, visit = self._draw()
        self._current[stream] = self._prepared(source, index, visit)
        self._streams[stream] = (source, index, visit, len(self._current[stream]))
        self._segments[stream] += 1

    def _draw(self) -> tuple[str, int, int]:
        visit = self._visits
        self._visits += 1
        source = self._sources[int(np.random.Generator(np.random.Philox(key=[self._seed, visit])).choice(
            len(self._sources), p=self._chances))]
        count = self._corpus.document_count(source)
        epoch, place = divmod(self._taken[source], count)
        self._taken[source] += 1
        return source, int(self._order(source, epoch)[place]), visit

    def _order(self, source: str, epoch: int) -> np.ndarray:
        if (source, epoch) not in self._orders:
            self._orders = {key: order for key, order in self._orders.items() if key[0] != source}
            key = [self._seed + 1 + sum(source.encode()) * 1009, epoch]
            self._orders[source, epoch] = np.random.Generator(np.random.Philox(key=key)).permutation(
                self._corpus.document_count(source))
        return self._orders[source, epoch]

    def _prepared(self, source: str, index: int, visit: int) -> np.ndarray:
        """A document with spare author tokens for some speakers, and without its persona half of the time."""
        ids = np.array(self._corpus.document(source, index))
        rng = np.random.Generator(np.random.Philox(key=[self._seed + 2, visit]))
        chances, authors = rng.random(3), rng.choice(self._authors, 2, replace=False)
        if ids[0] == self._facts and chances[2] < 0.5:
            ids = ids[int(np.argmax(ids == self._end_of_turn)) + 1:]
        for speaker, chance, author in zip(self._speakers, chances, authors, strict=False):
            if chance < self._author_share:
                ids[ids == speaker] = author
        return ids

    def position(self) -> dict[str, object]:
        """Where dealing stands, as plain JSON values."""
        streams = [[source, index, visit, length - len(rest), int(segment), int(last)]
                   for (source, index, visit, length), rest, segment, last in zip(
                       self._streams, self._current, self._segments, self._last, strict=True)]
        return {"visits": self._visits, "taken": dict(self._taken), "streams": streams}

    def restore(self, position: dict) -> None:
        """Go on where ``position`` was taken."""
        if len(position["streams"]) != len(self._streams):
            raise TrainingError("The checkpoint was made with another number of streams; resume with the same recipe.")
        self._visits = position["visits"]
        self._taken = {**self._taken, **position["taken"]}
        for stream, (source, index, visit, used, segment, last) in enumerate(position["streams"]):
            whole = self._prepared(source, index, visit) if source else np.empty(0, dtype=np.uint16)
            self._streams[stream] = (source, index, visit, len(whole))
            self._current[stream] = whole[used:]
            self._segments[stream] = segment
            self._last[stream] = last
