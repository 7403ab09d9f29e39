"""Problems in the language of the window."""

from __future__ import annotations

import errno
import string
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from chatbot.catalog.http_client import TemporaryError
from chatbot.catalog.install import exists_already
from chatbot.catalog.transfer import disk_problem
from chatbot.core.errors import DownloadError, KnownError, ModelError, Problem, StorageError
from chatbot.storage import failures
from chatbot.ui import problem_text
from tests.ui.plain_looks import plain_looks, speak  # noqa: F401 - a fixture

pytestmark = pytest.mark.usefixtures("plain_looks")
HASH = ModelError("weights.safetensors of the model m is altered: its SHA-256 is ab instead of cd; install the model "
                  "again.", code="model_altered", file="weights.safetensors", model="m", found="ab", expected="cd")
FROM_STORAGE = [failures.disk_full(Path("/d")), failures.read_only(Path("/d")), failures.damaged(Path("/d"))]


@pytest.mark.parametrize("error", FROM_STORAGE, ids=lambda error: error.code)
def test_the_english_sentence_is_the_rooms_own(error: StorageError) -> None:
    assert problem_text.sentence(Problem.from_error(error)) == str(error)


@pytest.mark.parametrize("error", FROM_STORAGE, ids=lambda error: error.code)
def test_it_is_translated_with_its_details(qapp: QApplication, error: StorageError) -> None:
    speak(qapp, "zh_CN")
    said = problem_text.sentence(Problem.from_error(error))
    assert "/d" in said and said != str(error) and "{" not in said


def test_of_several_sentences_the_one_that_the_details_fill_is_taken(qapp: QApplication) -> None:
    assert problem_text.sentence(Problem.from_error(HASH)) == str(HASH)
    speak(qapp, "zh_CN")
    said = problem_text.sentence(Problem.from_error(HASH))
    assert said != str(HASH) and all(detail in said for detail in ("weights.safetensors", "ab", "cd"))
    other = ModelError("tokenizer.model is damaged.", code="model_altered")
    assert problem_text.sentence(Problem.from_error(other)) == str(other)


@pytest.mark.parametrize("error", [
    disk_problem(OSError(errno.ENOSPC, "full"), Path("/d")), disk_problem(OSError(errno.EACCES, "no"), Path("/d")),
    exists_already("m"), TemporaryError("h does not answer; check the connection and try again.", host="h"),
    TemporaryError("The connection to h failed (no); check the connection and try again.", host="h", reason="no"),
    TemporaryError("h has a problem (status 503); try again later.", host="h", status=503),
    DownloadError("The disk of /d has 1 MB free, but 2 MB are needed; make room or choose another folder for models.",
                  code="disk_full", path="/d", free="1", needed="2")])
def test_problems_of_models_and_downloads_are_translated(qapp: QApplication, error: KnownError) -> None:
    assert problem_text.sentence(Problem.from_error(error)) == str(error)
    speak(qapp, "zh_CN")
    assert problem_text.sentence(Problem.from_error(error)) != str(error)


def test_an_unknown_problem_is_shown_in_english(qapp: QApplication) -> None:
    speak(qapp, "zh_CN")
    assert problem_text.sentence(Problem("never_heard_of", "Something is wrong.")) == "Something is wrong."


def test_details_that_do_not_fit_fall_back(qapp: QApplication) -> None:
    assert problem_text.sentence(Problem("disk_full", "The sentence.", details={"other": 1})) == "The sentence."


def test_braces_in_details_are_shown_as_they_are() -> None:
    problem = Problem("disk_full", "x", details={"path": "/a{b}/{}"})
    assert "/a{b}/{}" in problem_text.sentence(problem)


def test_a_bug_says_that_it_is_one() -> None:
    problem = Problem.from_error(ValueError("boom {0}"))
    assert "boom {0}" in problem_text.sentence(problem) and "chats are saved" in problem_text.sentence(problem)
    assert problem_text.title(problem) == "A mistake in the program"


@pytest.mark.parametrize(("code", "title"), [("disk_full", "The disk is full"), ("model_altered", "The model cannot "
                         "be used"), ("import_not_json", "Nothing was imported"), ("xyz", "Something went wrong")])
def test_titles(code: str, title: str) -> None:
    assert problem_text.title(Problem(code, "x")) == title


def test_templates_have_named_places_only() -> None:
    for code, templates in problem_text.SENTENCES.items():
        for template in (templates,) if isinstance(templates, str) else templates:
            for _, name, _, _ in string.Formatter().parse(template):
                assert name is None or name.isidentifier(), code
