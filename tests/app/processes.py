"""Starting the driven program as a process and listening to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent


class DrivenProgram:
    """A running ``driven_program``; ``events`` grows as it speaks. Use it as a context manager."""

    def __init__(self, **plan: Any) -> None:
        self.started_at = time.monotonic()
        self.process = subprocess.Popen([sys.executable, "-m", "tests.app.driven_program", json.dumps(plan)], cwd=ROOT,
                                        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"}, text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.events: list[dict[str, Any]] = []
        self.seconds: dict[str, float] = {}
        """When each kind of event came first, since the start of the process."""
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> DrivenProgram:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        self._reader.join(10)
        self.process.stdout.close()
        self.process.stderr.close()

    def wait_for(self, event: str, count: int = 1, timeout_s: float = 30) -> dict[str, Any]:
        """The ``count``-th event of this kind; fails with what was heard instead."""
        deadline = time.monotonic() + timeout_s
        with self._news:
            while len(self.all(event)) < count:
                if not self._news.wait(deadline - time.monotonic()) or self._has_ended_without(event, count):
                    raise AssertionError(f"no {event!r} came; heard {self.events[-5:]}\n{self._complaints()}")
        return self.all(event)[count - 1]

    def all(self, event: str) -> list[dict[str, Any]]:
        """Every event of this kind so far."""
        return [each for each in self.events if each["event"] == event]

    def wait_for_end(self, timeout_s: float = 20) -> int:
        """The exit code of the process."""
        exit_code = self.process.wait(timeout_s)
        self._reader.join(5)
        return exit_code

    def _read(self) -> None:
        for line in self.process.stdout:
            event = json.loads(line)
            with self._news:
                self.seconds.setdefault(event["event"], time.monotonic() - self.started_at)
                self.events.append(event)
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def _has_ended_without(self, event: str, count: int) -> bool:
        return not self._reader.is_alive() or (self.process.poll() is not None and len(self.all(event)) < count)

    def _complaints(self) -> str:
        self.process.kill()
        return self.process.stderr.read()
