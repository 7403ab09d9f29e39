"""How a run is paused and stopped from another thread."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from chatbot.core.errors import TrainingError


class PersonalStopped(TrainingError):
    """The run was stopped; its checkpoint, if it had got so far, is kept."""

    code = "training_stopped"

    def __init__(self) -> None:
        super().__init__("The training was stopped; starting it again goes on from there.")


@dataclass(frozen=True, slots=True)
class Control:
    """Two flags that the run looks at before every step."""

    stop: threading.Event = field(default_factory=threading.Event)
    pause: threading.Event = field(default_factory=threading.Event)

    def check(self) -> None:
        """Raise ``PersonalStopped`` once stop is set."""
        if self.stop.is_set():
            raise PersonalStopped

    def wait_while_paused(self) -> None:
        """Come back when the pause is over or the run is stopped."""
        while self.pause.is_set() and not self.stop.wait(0.1):
            pass
