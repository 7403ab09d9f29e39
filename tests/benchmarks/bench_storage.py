"""Speed of the chat database. ``python tests/benchmarks/bench_storage.py [--messages N] [--folder DIR]``.

Prints one JSON object per line: what was measured, its median and worst time in milliseconds, how often, and the limit
it must stay below (null: none was promised).
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from chatbot.core.messages import MessageStatus, Role
from chatbot.storage.maintenance import maintain
from chatbot.storage.opening import open_store
from chatbot.storage.store import SqliteChatStore

MODEL = "wren-en-s"
STATE = bytes(range(256)) * 180
SENTENCE = ("the garden river under bright stones we walked and talked about music weather bread small birds evening "
            "light never again perhaps tomorrow quietly because morning")
WORDS = SENTENCE.split()


def main() -> None:
    """Build one long conversation, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="where to put the database (default: a temporary folder)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        database = Path(folder) / "chats.db"
        conversation_id, head_id = build(database, options.messages)
        store, _ = open_store(database)
        measure_reading(store, database, conversation_id, head_id)
        store, _ = open_store(database)
        measure_writing(store, conversation_id, head_id)
        store.close()
        report("back up and tidy", lambda: maintain(database), 1, None)


def build(database: Path, count: int) -> tuple[int, int]:
    """A conversation of ``count`` messages with states on the newest; returns its id and its last message's id."""
    store, _ = open_store(database)
    conversation = store.create_conversation("long")
    start = time.perf_counter()
    store._db.execute("BEGIN")
    store._db.executemany(
        "INSERT INTO message (id, conversation_id, parent_id, depth, role, text, created_at, status, shown_child_id) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, 'complete', ?)",
        ((n, conversation.id, n - 1 or None, n - 1, "user" if n % 2 else "bot", sentence(n), 1e9 + n,
          n + 1 if n < count else None) for n in range(1, count + 1)))
    store._db.execute("UPDATE conversation SET head_id = ? WHERE id = ?", (count, conversation.id))
    store._db.execute("COMMIT")
    print_line("build", [time.perf_counter() - start], None)
    for message_id in range(max(1, count - 64), count + 1):
        store.save_state(message_id, MODEL, STATE)
    store.close()
    return conversation.id, count


def sentence(number: int) -> str:
    """Some 90 characters that differ from message to message."""
    words = [WORDS[(number * 7 + place * (number % 11 + 1)) % len(WORDS)] for place in range(14)]
    return f"{' '.join(words)} number{number}" + (" 我喜欢猫" if number % 1000 == 0 else "")


def measure_reading(store: SqliteChatStore, database: Path, conversation_id: int, head_id: int) -> None:
    """Opening, paging and searching."""
    store.close()

    def open_and_show() -> None:
        opened, _ = open_store(database)
        opened.conversations()
        opened.path(conversation_id, limit=200)
        opened.nearest_state(head_id, MODEL)
        opened.close()

    report("open program and conversation", open_and_show, 9, 300)
    store, _ = open_store(database)
    report("path of the last 200", lambda: store.path(conversation_id, limit=200), 50, 300)
    report("page of 200 in the middle", lambda: store.path(conversation_id, 200, head_id // 2), 50, 300)
    report("whole path", lambda: store.path(conversation_id), 3, None)
    for name, query in (("a rare word", f"number{head_id // 2}"), ("a common word", "garden"),
                        ("two words", "river bread"),
                        ("nothing found", "xylophone"), ("two Chinese characters", "喜欢"),
                        ("two characters that never occur", "ñq"), ("three Chinese characters", "我喜欢")):
        report(f"search: {name}", partial(store.search, query), 5, None)
    store.close()


def measure_writing(store: SqliteChatStore, conversation_id: int, head_id: int) -> None:
    """A reply that streams, its end, and the changes of the tree."""
    asked, reply = store.begin_exchange(conversation_id, head_id, "How fast is this?", MODEL)
    text = ""
    times = []
    for _ in range(300):
        text += " piece" * 3
        times.append(timed(partial(store.update_text, reply.id, text)))
    print_line("update_text", times, 2)
    huge = "x" * 1_000_000
    report("update_text of 1 MB", lambda: store.update_text(reply.id, huge), 5, None)
    end = (asked.id, STATE), (reply.id, STATE)
    report("end_reply with two states",
           lambda: store.end_reply(reply.id, text, MessageStatus.COMPLETE, None, end, MODEL), 50, None)

    def exchange() -> None:
        parent_id = store.conversation(conversation_id).head_id
        own, answer = store.begin_exchange(conversation_id, parent_id, "And again?", MODEL)
        store.end_reply(answer.id, "Yes.", MessageStatus.COMPLETE, None, [(own.id, STATE), (answer.id, STATE)], MODEL)

    report("whole exchange", exchange, 100, None)
    report("regenerate", lambda: store.add_message(conversation_id, asked.id, Role.BOT, "again"), 20, None)
    other = store.add_message(conversation_id, None, Role.USER, "another beginning")
    report("switch versions at the very top",
           lambda: (store.select_version(1), store.select_version(other.id)), 1, None)
    report("branch in the middle", lambda: store.branch(head_id // 2), 1, None)


def report(name: str, work: Callable[[], object], repeats: int, limit_ms: float | None) -> None:
    """Run ``work`` ``repeats`` times and print the line."""
    print_line(name, [timed(work) for _ in range(repeats)], limit_ms)


def timed(work: Callable[[], object]) -> float:
    """Seconds that ``work`` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def print_line(name: str, seconds: list[float], limit_ms: float | None) -> None:
    """One measurement as JSON."""
    print(json.dumps({"benchmark": "storage", "what": name, "median_ms": round(statistics.median(seconds) * 1e3, 3),
                      "worst_ms": round(max(seconds) * 1e3, 3), "repeats": len(seconds), "limit_ms": limit_ms}),
          flush=True)


if __name__ == "__main__":
    main()
