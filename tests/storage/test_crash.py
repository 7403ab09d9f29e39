"""``kill -9`` while a reply streams, at any moment: what was on the screen is in the database."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chatbot.core.messages import MessageStatus
from chatbot.storage.connection import run_check
from chatbot.storage.opening import open_store

WRITER = """
import sys
from pathlib import Path
from chatbot.core.messages import MessageStatus
from chatbot.storage.opening import open_store

store, notices = open_store(Path(sys.argv[1]))
conversations = store.conversations()
conversation = conversations[0] if conversations else store.create_conversation()
number = 0
while True:
    own, reply = store.begin_exchange(conversation.id, store.conversation(conversation.id).head_id, "question", "m")
    text = ""
    for piece in range(40):
        text += f"{number}:{piece} "
        store.update_text(reply.id, text)
        print(reply.id, text, flush=True)  # only what is safely stored is "on the screen"
    store.end_reply(reply.id, text, MessageStatus.COMPLETE, None, [(reply.id, bytes(45_000))], "m")
    number += 1
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a matter of POSIX")
def test_killed_while_streaming(tmp_path: Path) -> None:
    database = tmp_path / "chats.db"
    chance = random.Random(20)
    for _ in range(5):
        with subprocess.Popen([sys.executable, "-c", WRITER, str(database)], stdout=subprocess.PIPE, text=True,
                              cwd=Path(__file__).parents[2]) as process:
            assert process.stdout is not None
            lines = [process.stdout.readline()]
            deadline = time.monotonic() + chance.uniform(0.02, 0.2)
            while time.monotonic() < deadline:
                lines.append(process.stdout.readline())
            process.send_signal(signal.SIGKILL)
            lines += process.stdout.read().splitlines(keepends=True)
        on_screen = dict(line.rstrip("\n").split(" ", 1) for line in lines if line.endswith("\n"))
        store, notices = open_store(database)
        assert notices == []
        for message_id, text in on_screen.items():
            assert store.message(int(message_id)).text.startswith(text)
        last = store.path(store.conversations()[0].id)[-1]
        assert last.status in (MessageStatus.INTERRUPTED, MessageStatus.COMPLETE)
        assert (store.nearest_state(last.id, "m")[1] == []) == (last.status == MessageStatus.COMPLETE)
        assert store._db.execute("SELECT count(*) FROM message WHERE status = 'writing'").fetchone() == (0,)
        store._db.execute("INSERT INTO message_search (message_search, rank) VALUES ('integrity-check', 1)")
        store.close()
        assert run_check(database)
