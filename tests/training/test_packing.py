"""How documents become tokens, and how the dealer deals them: each once per pass, in proportion, resumable."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from chatbot.core.errors import TrainingError
from chatbot.engine.roles import AUTHORS, BOT, END, END_OF_TURN, FACTS, SPEAKER_A, SPEAKER_B, TEXT, USER
from chatbot.training.corpus import Document, read_training
from chatbot.training.packing import Dealer, PackedCorpus, encode_documents, pack
from tests.engine.tiny import tiny_tokenizer


def ids_of(*parts: str) -> list[int]:
    """Role tokens by name, other strings as text."""
    tokenizer, ids = tiny_tokenizer(), []
    for part in parts:
        ids += [tokenizer.role(part)] if part.startswith("<") else tokenizer.encode(part)
    return ids


@pytest.mark.parametrize(("document", "parts"), [
    (Document("s", "g", ("a tale",), is_prose=True), (TEXT, "a tale", END)),
    (Document("s", "g", ("hi", "yes", "no"), (0, 1, 0)),
     (SPEAKER_A, "hi", END_OF_TURN, SPEAKER_B, "yes", END_OF_TURN, SPEAKER_A, "no", END_OF_TURN, END)),
    (Document("s", "g", ("hi", "yes"), (0, 1), is_own_voice=True),
     (USER, "hi", END_OF_TURN, BOT, "yes", END_OF_TURN, END)),
    (Document("s", "g", ("yes", "hi"), (1, 0), is_own_voice=True),
     (BOT, "yes", END_OF_TURN, USER, "hi", END_OF_TURN, END)),
    (Document("s", "g", ("hi", "yes"), (0, 1), persona=("i have a cat.", "i like tea.")),
     (FACTS, "i have a cat.", "i like tea.", END_OF_TURN, SPEAKER_A, "hi", END_OF_TURN, SPEAKER_B, "yes", END_OF_TURN,
      END)),
])
def test_the_layout_of_a_document(document: Document, parts: tuple[str, ...]) -> None:
    [(same, ids)] = encode_documents(tiny_tokenizer(), [document])
    assert same is document and ids == ids_of(*parts)


@pytest.fixture(scope="module")
def packed(corpus: Path) -> PackedCorpus:
    return pack(tiny_tokenizer(), read_training(corpus))


def test_packed_files_are_read_back_the_same(packed: PackedCorpus, tmp_path: Path) -> None:
    packed.save(tmp_path / "packed")
    loaded = PackedCorpus.load(tmp_path / "packed")
    assert loaded.tokens.keys() == packed.tokens.keys() == {"talk", "tales", "wren"}
    for source in packed.tokens:
        assert loaded.document_count(source) == packed.document_count(source) > 40
        for index in (0, 7, packed.document_count(source) - 1):
            assert np.array_equal(loaded.document(source, index), packed.document(source, index))
            assert packed.document(source, index)[-1] == tiny_tokenizer().role(END)
    assert json.loads((tmp_path / "packed" / "sources.json").read_text())["talk"] == len(packed.tokens["talk"])


def test_an_empty_corpus_is_told() -> None:
    with pytest.raises(TrainingError, match="no document"):
        pack(tiny_tokenizer(), [])


def dealer(packed: PackedCorpus, streams: int = 4, authors: float = 0.0, seed: int = 1, **passes: float) -> Dealer:
    made = Dealer(packed, tiny_tokenizer(), streams=streams, seed=seed, author_share=authors)
    made.set_mixture(passes or {"talk": 1, "tales": 1, "wren": 1})
    return made


def dealt(source: Dealer, windows: int, length: int = 32) -> list[list[list[int]]]:
    """Per stream, the documents (token lists, ``<end>`` last) that were dealt, the last one cut off."""
    streams: list[list[int]] = [[] for _ in range(source.window(1)[0].shape[1])] if windows == 0 else []
    parts = [source.window(length)[1] for _ in range(windows)]
    whole, end = np.concatenate(parts), tiny_tokenizer().role(END)
    for column in whole.T:
        documents: list[list[int]] = [[]]
        for token in column.tolist():
            documents[-1].append(token)
            if token == end:
                documents.append([])
        streams.append(documents[:-1])  # type: ignore[arg-type]
    return streams  # type: ignore[return-value]


def documents_of(packed: PackedCorpus, *sources: str) -> Counter[tuple[int, ...]]:
    """The documents of some sources; a persona may have been left out, so it is left out of all."""
    return Counter(without_facts(packed.document(source, index).tolist())
                   for source in sources for index in range(packed.document_count(source)))


def without_facts(ids: list[int]) -> tuple[int, ...]:
    tokenizer = tiny_tokenizer()
    return tuple(ids[ids.index(tokenizer.role(END_OF_TURN)) + 1:]) if ids[0] == tokenizer.role(FACTS) else tuple(ids)


def test_every_document_is_dealt_once_per_pass(packed: PackedCorpus) -> None:
    everything = documents_of(packed, "wren")
    source = dealer(packed, streams=1, wren=1)
    found = [tuple(document) for document in dealt(source, 400)[0]]
    count = packed.document_count("wren")
    assert len(found) > 2 * count
    assert Counter(found[:count]) == Counter(found[count:2 * count]) == everything
    assert found[:count] != found[count:2 * count], "every pass has an order of its own"


def test_a_whole_pass_over_several_streams_and_sources_loses_nothing(packed: PackedCorpus) -> None:
    source = dealer(packed, streams=5)
    found: Counter[tuple[int, ...]] = Counter()
    for stream in dealt(source, 300):
        found.update(without_facts(document) for document in stream)
    everything = documents_of(packed, "talk", "tales", "wren")
    assert set(found) == set(everything)
    for source_name in ("talk", "tales", "wren"):
        counts = [found[document] / times for document, times in documents_of(packed, source_name).items()]
        assert max(counts) - min(counts) <= 2, "no document is a whole pass ahead of another (five are unfinished)"


def test_sources_come_in_the_proportion_of_their_passes(packed: PackedCorpus) -> None:
    source = dealer(packed, streams=4, talk=3, tales=1)
    for _ in range(400):
        source.window(64)
    taken = source.position()["taken"]
    assert taken["wren"] == 0  # type: ignore[index]
    passes = {name: taken[name] / packed.document_count(name) for name in ("talk", "tales")}  # type: ignore[index]
    assert passes["tales"] > 4 and passes["talk"] / passes["tales"] == pytest.approx(3, rel=0.15)


def test_the_mixture_can_change_on_the_way(packed: PackedCorpus) -> None:
    source = dealer(packed, streams=2, talk=1)
    source.window(200)
    source.set_mixture({"wren": 1, "talk": 0})
    before = source.position()["taken"]["talk"]  # type: ignore[index]
    source.window(400)
    assert source.position()["taken"]["talk"] == before and source.position()["taken"]["wren"] > 5  # type: ignore


def test_an_unknown_source_is_told(packed: PackedCorpus) -> None:
    with pytest.raises(TrainingError, match="'poems'"):
        dealer(packed, poems=1)


def test_targets_follow_tokens_across_windows(packed: PackedCorpus) -> None:
    source = dealer(packed)
    tokens, targets, segments = source.window(24)
    assert tokens.shape == targets.shape == segments.shape == (24, 4)
    assert tokens[0].tolist() == [tiny_tokenizer().role(END)] * 4, "the first document begins after an <end>"
    assert np.array_equal(tokens[1:], targets[:-1])
    later, _, _ = source.window(24)
    assert np.array_equal(later[0], targets[-1])


def test_a_segment_is_one_document_with_the_end_before_it(packed: PackedCorpus) -> None:
    source, end = dealer(packed, streams=1), tiny_tokenizer().role(END)
    parts = [source.window(17) for _ in range(60)]
    tokens, segments = (np.concatenate([part[n][:, 0] for part in parts]) for n in (0, 2))
    changes = np.flatnonzero(np.diff(segments)) + 1
    assert np.array_equal(changes, np.flatnonzero(tokens == end)[1:]), "a new segment begins exactly at every <end>"
    assert segments[0] == 1 and np.array_equal(np.diff(segments)[changes - 1], np.ones(len(changes)))


@pytest.mark.parametrize("windows", [0, 1, 37])
def test_dealing_resumes_exactly(packed: PackedCorpus, windows: int) -> None:
    source = dealer(packed, authors=0.5)
    for _ in range(windows):
        source.window(16)
    position = json.loads(json.dumps(source.position()))
    other = dealer(packed, authors=0.5)
    other.window(5)
    other.restore(position)
    for _ in range(80):  # beyond a pass
        for a, b in zip(source.window(16), other.window(16), strict=True):
            assert np.array_equal(a, b)
    assert source.position() == other.position()


def test_another_seed_deals_another_order(packed: PackedCorpus) -> None:
    a, b, c = (dealer(packed, seed=seed).window(64)[0] for seed in (1, 1, 2))
    assert np.array_equal(a, b) and not np.array_equal(a, c)


def test_a_position_for_another_number_of_streams_is_refused(packed: PackedCorpus) -> None:
    with pytest.raises(TrainingError, match="number of streams"):
        dealer(packed, streams=3).restore(dealer(packed, streams=4).position())


def test_spare_authors_stand_in_for_neutral_speakers_only(packed: PackedCorpus) -> None:
    tokenizer = tiny_tokenizer()
    authors = {tokenizer.role(author) for author in AUTHORS}
    always = dealer(packed, authors=1.0, talk=1, wren=1).window(2000)[0]
    assert not np.isin(always, [tokenizer.role(SPEAKER_A), tokenizer.role(SPEAKER_B)]).any()
    assert np.isin(always, [tokenizer.role(USER)]).any() and np.isin(always, [tokenizer.role(BOT)]).any()
    assert len(set(always.flatten().tolist()) & authors) > 30
    never = dealer(packed, authors=0.0, talk=1, wren=1).window(2000)[0]
    assert not np.isin(never, list(authors)).any()


def test_a_persona_is_left_out_half_of_the_time(packed: PackedCorpus) -> None:
    tokenizer = tiny_tokenizer()
    ids = dealer(packed, talk=1).window(6000)[0]
    documents = (ids == tokenizer.role(END)).sum()
    facts = (ids == tokenizer.role(FACTS)).sum()
    assert 0.10 < facts / documents < 0.24  # a third of the documents have one
