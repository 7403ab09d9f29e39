"""The window's door to a personal training, which runs in a process of its own.

A thread would not do: training tells the memory allocator to keep what it has, wants a low priority, and holds
Python's lock often enough to make a window stutter. The process is ``chatbot personalize --json --listen``: it obeys
words on its standard input, and takes the end of that input, which comes even if the window is killed, for "stop".
"""

from __future__ import annotations

import json
import logging
import os
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal, Slot

from chatbot.core.errors import Problem
from chatbot.core.personal import PersonalJob, PersonalResult, TrainProgress, UnfinishedTraining
from chatbot.worker.personal_job import forget_job, unfinished_trainings

log = logging.getLogger(__name__)

_STOPPED = 130


class PersonalHandle(QObject):
    """Lives in the window's thread; every method returns at once.

    Signals:
        progressed(TrainProgress)
        finished(PersonalResult): the model is installed if its verdict recommends it.
        stopped(): a checkpoint is kept; ``start`` with the same job goes on.
        failed(Problem)
    """

    progressed = Signal(object)
    finished = Signal(object)
    stopped = Signal()
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None, *, program: tuple[str, ...] = (sys.executable, "-m", "chatbot")):
        """``program``: how to start ``chatbot`` in another process."""
        super().__init__(parent)
        self._program = program
        self._process: QProcess | None = None
        self._result: PersonalResult | None = None
        self.job: PersonalJob | None = None
        """The one that runs, or ran last."""

    @property
    def is_running(self) -> bool:
        """Whether a training is going on."""
        return self._process is not None

    def start(self, job: PersonalJob, *, is_fresh: bool = False) -> None:
        """Start, or go on with an unfinished training of this name unless ``is_fresh``. One at a time."""
        if self._process is not None:
            raise RuntimeError("a training is going on already")
        self.job, self._result = job, None
        process = QProcess(self)
        process.setProcessEnvironment(_environment())
        process.readyReadStandardOutput.connect(self._on_output)
        process.finished.connect(self._on_process_finished)
        process.errorOccurred.connect(self._on_error)
        self._process = process
        extra = ["--json", "--listen", *(["--fresh"] if is_fresh else [])]
        process.start(self._program[0], [*self._program[1:], *job.arguments(), *extra])

    def pause(self) -> None:
        """Wait before the next step; a checkpoint is written."""
        self._say("pause")

    def resume(self) -> None:
        """Go on after a pause."""
        self._say("resume")

    def stop(self) -> None:
        """End with a checkpoint; ``stopped`` follows."""
        self._say("stop")

    def give_up(self, model_id: str) -> None:
        """Remove the checkpoint of an unfinished training."""
        forget_job(model_id)

    def unfinished(self) -> list[UnfinishedTraining]:
        """Trainings that can go on; the one that runs is none of them."""
        running_id = self.job.model_id if self.is_running and self.job is not None else None
        return [training for training in unfinished_trainings() if training.model_id != running_id]

    def shutdown(self, wait_ms: int = 5000) -> bool:
        """Stop and wait; whether it ended in time. What has not ended by then is killed: its last checkpoint, written
        at most a minute ago, is kept."""
        process = self._process
        if process is None:
            return True
        process.blockSignals(True)
        process.closeWriteChannel()
        has_ended = process.waitForFinished(wait_ms)
        if not has_ended:
            log.info("the training was still busy after %d ms", wait_ms)
            process.kill()
            process.waitForFinished(1000)
        self._process = None
        return has_ended

    def _say(self, word: str) -> None:
        if self._process is not None:
            self._process.write(f"{word}\n".encode())

    @Slot()
    def _on_output(self) -> None:
        while self._process is not None and self._process.canReadLine():
            self._take(bytes(self._process.readLine().data()))

    def _take(self, line: bytes) -> None:
        try:
            record = json.loads(line)
            kind = record.pop("kind")
            if kind == "progress":
                self.progressed.emit(TrainProgress.from_dict(record))
            elif kind == "result":
                del record["model_id"], record["sentence"]
                self._result = PersonalResult.from_dict(record)
        except (ValueError, KeyError, TypeError) as error:
            log.error("the training said something strange: %r (%s)", line[:200], error)

    @Slot(int, QProcess.ExitStatus)
    def _on_process_finished(self, exit_code: int, status: QProcess.ExitStatus) -> None:
        process = self._process
        if process is None:
            return
        self._on_output()
        self._process = None
        said = bytes(process.readAllStandardError().data()).decode("utf-8", "replace").strip()
        process.deleteLater()
        if self._result is not None and exit_code == 0:
            self.finished.emit(self._result)
        elif exit_code == _STOPPED:
            self.stopped.emit()
        else:
            self.failed.emit(_problem(exit_code, status, said))

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart and self._process is not None:
            sentence = f"The training could not be started ({self._process.errorString()})."
            self._process.deleteLater()
            self._process = None
            self.failed.emit(Problem("training_start", sentence))


def _problem(exit_code: int, status: QProcess.ExitStatus, said: str) -> Problem:
    """The process's own last sentence where it ended by itself; else that it was killed."""
    last = said.splitlines()[-1].removeprefix("chatbot: ") if said else ""
    if status is QProcess.ExitStatus.NormalExit and exit_code == 1 and last:
        return Problem("training", last)
    if status is QProcess.ExitStatus.CrashExit:
        return Problem("training_killed", "The training was ended from outside, perhaps because memory ran out; "
                       "starting it again goes on from its last checkpoint.")
    log.error("the training ended with exit code %d: %s", exit_code, said[-2000:])
    return Problem("bug", last or f"exit code {exit_code}", is_bug=True)


def _environment() -> QProcessEnvironment:
    """This process's, with the folder of this very program first on Python's path."""
    environment = QProcessEnvironment.systemEnvironment()
    root = str(Path(__file__).resolve().parent.parent.parent)
    others = environment.value("PYTHONPATH", "")
    environment.insert("PYTHONPATH", os.pathsep.join([root, others]) if others else root)
    environment.insert("PYTHONUNBUFFERED", "1")
    environment.insert("PYTHONIOENCODING", "utf-8")
    return environment
