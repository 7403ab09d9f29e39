"""How fast and in how much memory a WhatsApp log of a million lines is read, and whether other threads get their turn.

    python -m tests.benchmarks.bench_chatlogs [--lines 1000000] [--format whatsapp|telegram]

Prints one JSON object: seconds, peak memory of the process in MB, and the longest time another thread waited.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

SPEAKERS = ("Ann", "Ben Carter", "Chloé", "Dr: Dmitri", "\u202a+43 660 1234567\u202c")
WORDS = ("yes", "no", "maybe", "the", "a", "and", "to", "of", "in", "it", "was", "that", "for", "on", "with",
         "tomorrow", "train", "coffee", "meeting", "really", "think", "about", "cat", "garden", "rain", "late",
         "home", "dinner", "call", "you", "later", "okay", "sure", "nice", "photo", "weekend", "work", "tired",
         "happy")


def whatsapp_lines(count: int, seed: int = 1) -> Iterator[str]:
    """German Android lines: mostly messages, with media, system lines, second lines and private data mixed in."""
    rng = random.Random(seed)
    moment = datetime(2014, 1, 1, 8, 0, tzinfo=UTC)
    for _ in range(count):
        kind = rng.random()
        if kind < 0.06:
            yield " ".join(rng.choices(WORDS, k=rng.randint(1, 8))) + "\n"
            continue
        moment += timedelta(minutes=rng.choice((0, 0, 1, 1, 2, 5, 30)))
        stamp = moment.strftime("%d.%m.%y, %H:%M - ")
        if kind < 0.07:
            yield f"{stamp}Ann hat Ben hinzugefügt.\n"
        elif kind < 0.14:
            yield f"{stamp}{rng.choice(SPEAKERS)}: <Medien ausgeschlossen>\n"
        elif kind < 0.15:
            yield f"{stamp}{rng.choice(SPEAKERS)}: mail me at ann{rng.randint(1, 99)}@example.org or +49 170 1234567\n"
        else:
            yield f"{stamp}{rng.choice(SPEAKERS)}: {' '.join(rng.choices(WORDS, k=rng.randint(1, 14)))}\n"


def telegram_pieces(count: int, seed: int = 1) -> Iterator[str]:
    """One chat of result.json with entities, as Telegram Desktop writes it."""
    rng = random.Random(seed)
    yield '{"name": "Ann", "type": "personal_chat", "id": 7, "messages": ['
    for number in range(count):
        text = " ".join(rng.choices(WORDS, k=rng.randint(1, 14)))
        who = rng.choice((("Ann", "user7"), ("Me", "user9")))
        yield (",\n" if number else "\n") + json.dumps({
            "id": number, "type": "message", "date": "2024-05-01T12:00:00",
            "date_unixtime": str(1714564800 + number * 60),
            "from": who[0], "from_id": who[1], "text": text, "text_entities": [{"type": "plain", "text": text}]},
            indent=1)
    yield "]}"


class Heartbeat(threading.Thread):
    """Stands for the window: wants to run every 10 ms and notes by how much it came late."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.longest_wait_ms = 0.0
        self._is_over = threading.Event()

    def run(self) -> None:
        while not self._is_over.is_set():
            before = time.perf_counter()
            time.sleep(0.01)
            self.longest_wait_ms = max(self.longest_wait_ms, (time.perf_counter() - before) * 1000 - 10)

    def stop(self) -> None:
        """End and wait for the end."""
        self._is_over.set()
        self.join()


def measure(path: Path) -> dict[str, float | int | str]:
    """Read ``path`` as the import command does and say what it cost."""
    from chatbot.chatlogs.reading import read_log
    heart = Heartbeat()
    heart.start()
    started, cpu = time.perf_counter(), time.process_time()
    with read_log([path]) as log:
        seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu
        sessions = sum(1 for _ in log.sessions())
        total_seconds = time.perf_counter() - started
        report = log.report
    heart.stop()
    return {"file_mb": round(path.stat().st_size / 1e6, 1), "read": report.read, "used": report.used,
            "sessions": sessions, "read_seconds": round(seconds, 2), "read_cpu_seconds": round(cpu_seconds, 2),
            "with_sessions_seconds": round(total_seconds, 2),
            "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
            "longest_wait_ms": round(heart.longest_wait_ms, 1)}


def main() -> None:
    """Write the log, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--format", choices=("whatsapp", "telegram"), default="whatsapp")
    arguments = parser.parse_args()
    pieces = whatsapp_lines if arguments.format == "whatsapp" else telegram_pieces
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "log.txt")
        with path.open("w", encoding="utf-8") as file:
            file.writelines(pieces(arguments.lines))
        print(json.dumps({"format": arguments.format, "lines": arguments.lines, **measure(path)}))


if __name__ == "__main__":
    main()
