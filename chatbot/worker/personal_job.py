"""One personal training from files to an installed package: reads, trains, writes. No Qt in here.

It belongs in a process of its own: training wants the whole memory allocator and a low priority, and a window must
not wait for Python's lock. ``PersonalHandle`` starts that process; a terminal command is that process.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.core.errors import DownloadError, ImportProblem, TrainingError
from chatbot.core.personal import (PersonalJob, PersonalMode, PersonalResult, TrainPhase, TrainProgress,
                                   UnfinishedTraining)
from chatbot.worker.own_chats import read_own_talks

if TYPE_CHECKING:
    from chatbot.chatlogs.chat_log import ChatLog
    from chatbot.chatlogs.sessions import Part, Session, SessionOptions
    from chatbot.training.personal.base import BaseModel
    from chatbot.training.personal.run import Outcome
    from chatbot.training.personal.talks import PersonalTalks

_MODEL_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_JOB_FILE = "job.json"


def id_for(title: str, taken: frozenset[str] = frozenset()) -> str:
    """An id made of ``title``, with a number if that is taken."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    wanted = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40] or "personal"
    return next(name for name in (wanted, *(f"{wanted}-{n}" for n in range(2, 10_000))) if name not in taken)


def free_id_for(title: str) -> str:
    """An id made of ``title`` that neither an installed model nor an unfinished training has."""
    from chatbot.worker.installed_engine import installed_models
    return id_for(title, frozenset(model.id for model in installed_models().list()) | frozenset(unfinished_jobs()))


def job_folder(model_id: str) -> Path:
    """Where the checkpoint of an unfinished training is."""
    return trainings_folder() / model_id


def trainings_folder() -> Path:
    """Where unfinished trainings are kept; what is in there tells of the chats they learn from."""
    from chatbot import paths
    return paths.data_folder() / "unfinished-training"


def unfinished_jobs() -> list[str]:
    """Ids of models whose training can go on."""
    parent = trainings_folder()
    return sorted(path.name for path in parent.iterdir() if (path / "checkpoint").is_dir()) if parent.is_dir() else []


def unfinished_trainings() -> list[UnfinishedTraining]:
    """What can go on, with what was wanted as far as it can be read."""
    return [UnfinishedTraining(model_id, _kept_job(model_id)) for model_id in unfinished_jobs()]


def _kept_job(model_id: str) -> PersonalJob | None:
    try:
        values = json.loads((job_folder(model_id) / _JOB_FILE).read_text(encoding="utf-8"))
        return replace(PersonalJob.from_dict(values), model_id=model_id)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _keep_job(job: PersonalJob) -> None:
    """Write down what is wanted, so that a program started later can go on with it."""
    folder = job_folder(job.model_id)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    absolute = replace(job, files=tuple(file.absolute() for file in job.files))
    temporary = folder / f".{_JOB_FILE}.part"
    temporary.write_text(json.dumps(absolute.to_dict(), ensure_ascii=False, indent=1), encoding="utf-8")
    temporary.replace(folder / _JOB_FILE)


def _as_of_a_moment(job: PersonalJob) -> PersonalJob:
    """Own chats go on while a training waits: it must go on with what they were when it began."""
    if not job.own_chats:
        return job
    kept = _kept_job(job.model_id) if job.model_id in unfinished_jobs() else None
    began = kept.until if kept is not None and kept.own_chats else None
    return replace(job, until=began or time.time())


def forget_job(model_id: str) -> None:
    """Give up an unfinished training: its checkpoint is removed."""
    if _MODEL_ID.fullmatch(model_id):
        shutil.rmtree(job_folder(model_id), ignore_errors=True)


def run_job(job: PersonalJob, report: Callable[[TrainProgress], None], stop: threading.Event,
            pause: threading.Event, *, threads: int | None = None) -> PersonalResult:
    """Do all of it in this process. The package is installed if the verdict recommends it.

    Raises ``PersonalStopped`` after ``stop`` (going on later is possible), another ``KnownError`` when it cannot go
    on. Gives this process a lower priority.
    """
    from chatbot.catalog.package import write_package
    from chatbot.training.personal.control import Control
    from chatbot.training.personal.run import Personalisation, Request
    target = _free_place(job.model_id)
    with _claimed(job.model_id):
        _prepare_process(threads)
        report(TrainProgress(TrainPhase.READING))
        base = _base(job.base_id)
        job = _as_of_a_moment(job)
        talks = _read(job, base, stop)
        _keep_job(job)
        request = Request(PersonalMode(job.mode), job.model_id, job.title, job.minutes, job.seed,
                          job_folder(job.model_id))
        outcome: Outcome = Personalisation(base, talks, request, report, Control(stop, pause)).run()
        if outcome.package is not None:
            report(TrainProgress(TrainPhase.WRITING))
            write_package(target, outcome.package.fields, outcome.package.files)
        forget_job(job.model_id)
    return outcome.result


@contextmanager
def _claimed(model_id: str) -> Iterator[None]:
    """Hold the name against other programs: two trainings would overwrite each other's checkpoints."""
    from chatbot import paths
    from chatbot.catalog.install import ModelsFolder
    models = ModelsFolder(paths.models_folder())
    models.prepare()
    with ExitStack() as held:
        try:
            held.enter_context(models.claim(model_id))
        except DownloadError as error:
            if error.code != "busy":
                raise
            raise TrainingError(f"{model_id} is being made by another window or program already; wait until it is "
                                "done.", code="training_busy") from None
        yield


def _free_place(model_id: str) -> Path:
    from chatbot import paths
    if not _MODEL_ID.fullmatch(model_id):
        raise TrainingError(f"{model_id!r} cannot be the id of a model; use small letters, digits and dashes, at most "
                            "64, a letter or digit first.", code="training_bad_id")
    target = paths.models_folder() / model_id
    if target.exists():
        raise TrainingError(f"There is a model called {model_id} already; choose another name, or remove it with: "
                            f"chatbot models remove {model_id}", code="training_name_taken")
    return target


def _prepare_process(threads: int | None) -> None:
    from chatbot.engine.threads import use_threads
    from chatbot.training.hardware import keep_freed_memory
    keep_freed_memory()
    # Half of the processors: the others chat and draw. Two threads that wait for each other on busy cores are far
    # slower than one.
    use_threads(threads or max(1, (os.cpu_count() or 1) // 2))
    if hasattr(os, "nice"):
        os.nice(max(0, 10 - os.nice(0)))  # chatting goes on meanwhile and comes first


def _base(base_id: str) -> BaseModel:
    from chatbot.training.personal.base import load_base
    from chatbot.worker.installed_engine import SHIPPED_MODEL_ID, installed_models
    registry = installed_models()
    package = registry.package(base_id or registry.default_id(SHIPPED_MODEL_ID))
    package.verify()
    return load_base(package.folder, registry.find)


def _read(job: PersonalJob, base: BaseModel, stop: threading.Event) -> PersonalTalks:
    from chatbot.chatlogs.private_data import KINDS
    from chatbot.chatlogs.problems import NeedsAnswer
    from chatbot.chatlogs.reading import read_log
    from chatbot.chatlogs.records import DateOrder, PrivateDataOptions, ReadOptions
    from chatbot.chatlogs.sessions import SessionOptions
    from chatbot.training.personal.talks import cast_for, encode_talks
    masked = PrivateDataOptions(frozenset(KINDS) - set(job.kept_kinds), job.names)
    options = ReadOptions(DateOrder(job.date_order) if job.date_order else None, private_data=masked, stop=stop)
    if job.own_chats:
        return read_own_talks(job, base, options)
    with read_log(job.files, options) as log:
        if log.report.question is not None:
            raise NeedsAnswer(f"{log.report.question.sentence} Answer with --date-order, or put a table into the form "
                              "that `chatbot import` understands by itself.")
        session_options = SessionOptions(private_data=masked)
        ids = _speaker_ids(log, job.speakers)
        cast = cast_for(PersonalMode(job.mode), base.free_author)
        return encode_talks(base.tokenizer, _labelled(log, session_options), ids, cast)


def _labelled(log: ChatLog, options: SessionOptions) -> Iterator[tuple[Part, Session]]:
    return log.split(options).label(log.sessions(options))


def _speaker_ids(log: ChatLog, speakers: tuple[str, ...]) -> frozenset[str]:
    found: set[str] = set()
    for name in speakers:
        ids = log.speaker_ids(name)
        if not ids:
            known = ", ".join(speaker.name for speaker in log.report.speakers[:8]) or "nobody"
            raise ImportProblem(f"Nobody called {name!r} writes in this log; it has {known}.", code="import_speaker")
        found.update(ids)
    return frozenset(found)
