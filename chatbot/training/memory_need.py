"""How much memory a model takes while it chats, measured in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_SCRIPT = """
import sys
from pathlib import Path
from chatbot.core.messages import Role
from chatbot.core.replies import ReplyRequest, Turn
from chatbot.core.sampling import LiveSampling, Sampling
from chatbot.engine.load import load_engine

engine = load_engine(Path(sys.argv[1]))
turns = (Turn(Role.USER, "Hello, how are you?"),)
for number in range(3):
    for _ in engine.reply(ReplyRequest(number, "", turns, LiveSampling(Sampling()))):
        pass
with open("/proc/self/status") as file:
    print(next(line.split()[1] for line in file if line.startswith("VmRSS")))
"""
_ROUNDED_TO = 10**6


def memory_while_chatting(folder: Path) -> int | None:
    """Resident bytes of a process that chats with the package in ``folder``, in whole megabytes; None where that cannot
    be measured (only Linux tells). The window comes on top of it."""
    if not sys.platform.startswith("linux"):
        return None
    done = subprocess.run([sys.executable, "-c", _SCRIPT, str(folder.resolve())], capture_output=True, text=True,
                          check=False, cwd=Path(__file__).parents[2])
    if done.returncode != 0 or not done.stdout.strip().isdigit():
        return None
    return round(int(done.stdout) * 1024 / _ROUNDED_TO) * _ROUNDED_TO
