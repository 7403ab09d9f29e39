"""Reading training text in its two formats; what is held out is never trained on."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatbot.core.errors import TrainingError
from chatbot.training.corpus import own_turns, read_group, read_held_out, read_own_dialogues, read_training


def test_a_group_file_gives_its_documents(corpus: Path) -> None:
    documents = list(read_group(corpus / "train" / "chat.jsonl.xz"))
    assert len(documents) == 90
    first, second = documents[:2]
    assert (first.source, first.group, first.is_prose, first.is_own_voice) == ("talk", "chat", False, False)
    assert len(first.persona) == 2 and second.persona == ()
    assert documents[3].speakers == tuple(n % 2 for n in range(len(documents[3].turns)))
    prose = next(read_group(corpus / "train" / "story.jsonl.xz"))
    assert prose.is_prose and len(prose.turns) == 1


def test_every_twentieth_own_dialogue_is_held_out_and_no_other(corpus: Path) -> None:
    path = corpus / "wren" / "01_talk.txt"
    held_out, rest = (list(read_own_dialogues(path, held_out=is_held_out)) for is_held_out in (True, False))
    assert (len(held_out), len(rest)) == (2, 43)
    assert not {d.turns for d in held_out} & {d.turns for d in rest}
    assert all(d.is_own_voice and d.speakers[:2] == (0, 1) for d in held_out + rest)


def test_training_and_held_out_text_are_apart(corpus: Path) -> None:
    training, held_out = list(read_training(corpus)), list(read_held_out(corpus))
    assert {d.source for d in training} == {d.source for d in held_out} == {"talk", "tales", "wren"}
    assert len(training) == 90 + 45 + 43 and len(held_out) == 8 + 4 + 2


def test_lines_of_one_speaker_in_a_row_are_one_turn() -> None:
    block = "# greeting\nU: hello\nU: it is me\nB: hi\n\n".strip()
    assert own_turns(block, Path("x.txt")) == [(0, "hello\nit is me"), (1, "hi")]


def test_a_line_without_a_speaker_is_told(tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_text("U: hello\nB hi\n")
    with pytest.raises(TrainingError, match=r"bad.txt: the line 'B hi' should begin with"):
        list(read_own_dialogues(tmp_path / "bad.txt", held_out=False))


@pytest.mark.parametrize("content", [b"not xz", b""])
def test_a_group_file_that_cannot_be_read_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "train" / "chat.jsonl.xz"
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(TrainingError, match="chat.jsonl.xz"):
        list(read_training(tmp_path))
        raise TrainingError("an empty file has no documents: chat.jsonl.xz") if not content else AssertionError


def test_a_record_without_text_is_told_with_its_line(tmp_path: Path) -> None:
    import lzma
    path = tmp_path / "chat.jsonl.xz"
    path.write_bytes(lzma.compress(b'{"source": "a", "turns": ["x", "y"]}\n{"source": "a"}\n'))
    with pytest.raises(TrainingError, match="line 2"):
        list(read_group(path))


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no training text"):
        list(read_training(tmp_path))
