"""The three numbers of model downloads, as ratios and counts of one run.

    python -m tests.benchmarks.bench_catalog [--megabytes 200] [--rounds 5] [--kills 200] [--packages 1000]

* throughput of a download from a local server over that of ``curl`` to a file, alternating, median of the rounds
  (at least 0.8), with and without chunk hashes; hashing is included, as it happens while downloading
* kills at random moments of a download and of an install: always resumes or starts cleanly
* seconds to list installed packages (under 0.3)

Prints one JSON object a line. Needs ``curl``. Nothing leaves this computer.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chatbot.catalog.http_client import HttpClient
from chatbot.catalog.part_file import WantedFile
from chatbot.catalog.publish import publish
from chatbot.catalog.registry import Registry
from chatbot.catalog.transfer import FileTransfer
from chatbot.catalog.transfer_control import TransferControl
from tests.catalog import web_server as web
from tests.catalog.kill_trial import run_kill_trial
from tests.catalog.small_packages import weights_of, write_small_package

CHUNK_BYTES = 4 << 20


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--kills", type=int, default=200, help="of the download and of the install together")
    parser.add_argument("--packages", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure_listing(Path(folder) / "listing", options.packages)
        if shutil.which("curl"):
            measure_throughput(Path(folder), options.megabytes, options.rounds)
        measure_kills(Path(folder) / "kills", options.kills, options.seed)


def report(what: str, **numbers: object) -> None:
    """One line."""
    print(json.dumps({"what": what, **numbers}), flush=True)


def measure_listing(folder: Path, count: int) -> None:
    """Seconds to list many packages, with the file system's cache warm."""
    first = write_small_package(folder, "model-0").folder
    text = (first / "model.json").read_text("utf-8")
    for number in range(1, count):
        copy = folder / f"model-{number}"
        shutil.copytree(first, copy)
        (copy / "model.json").write_text(text.replace('"model-0"', f'"model-{number}"'), "utf-8")
    seconds = []
    for _ in range(5):
        began = time.perf_counter()
        models = Registry([folder]).list()
        seconds.append(time.perf_counter() - began)
        assert len(models) == count
        assert all(model.is_usable for model in models)
    report("list packages", packages=count, seconds=round(statistics.median(seconds), 3), limit=0.3)


def measure_throughput(folder: Path, megabytes: int, rounds: int) -> None:
    """This program and curl in turn, so that both meet the same noise."""
    source = folder / "site" / "weights.bin"
    source.parent.mkdir()
    block = random.Random(1).randbytes(1 << 20)
    with source.open("wb") as file:
        for number in range(megabytes):
            file.write(number.to_bytes(4, "little") + block[4:])
    plain, chunked = wanted_files(source)
    ratios: dict[str, list[float]] = {"whole": [], "chunked": []}
    speeds = []
    with static_server(source.parent) as address:
        for _ in range(rounds):
            curl = curl_seconds(f"{address}/{source.name}", folder / "curl.out")
            speeds.append(megabytes * 1.048576 / curl)
            for name, wanted in (("whole", plain), ("chunked", chunked)):
                ratios[name].append(curl / our_seconds(wanted, address, folder / "ours.out"))
    report("download over curl", megabytes=megabytes, curl_megabytes_per_second=round(statistics.median(speeds)),
           limit=0.8, **{name: round(statistics.median(values), 2) for name, values in ratios.items()},
           all_rounds={name: [round(value, 2) for value in values] for name, values in ratios.items()})


def wanted_files(source: Path) -> tuple[WantedFile, WantedFile]:
    """The file as a download without and with chunk hashes; the address is completed later."""
    data = source.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    chunks = tuple(hashlib.sha256(data[place:place + CHUNK_BYTES]).hexdigest()
                   for place in range(0, len(data), CHUNK_BYTES))
    plain = WantedFile(source.name, len(data), digest)
    return plain, WantedFile(source.name, len(data), digest, CHUNK_BYTES, chunks)


def our_seconds(wanted: WantedFile, address: str, target: Path) -> float:
    """A fresh client, as a download would have it."""
    wanted = WantedFile(f"{address}/{wanted.address}", wanted.size, wanted.sha256, wanted.chunk_size, wanted.chunks)
    began = time.perf_counter()
    with HttpClient() as client:
        FileTransfer(wanted, target, client, TransferControl()).run()
    seconds = time.perf_counter() - began
    target.unlink()
    return seconds


def curl_seconds(address: str, target: Path) -> float:
    """The time of curl writing to a new file, process start included."""
    began = time.perf_counter()
    subprocess.run(["curl", "-sSf", "-o", str(target), address], check=True)
    seconds = time.perf_counter() - began
    target.unlink()
    return seconds


@contextmanager
def static_server(folder: Path) -> Iterator[str]:
    """The standard library's file server in a process of its own."""
    process = subprocess.Popen([sys.executable, "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory",
                                str(folder)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                               env={**os.environ, "PYTHONUNBUFFERED": "1"})
    try:
        port = process.stdout.readline().decode().split("port ")[1].split()[0]
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.communicate()


def measure_kills(folder: Path, kills: int, seed: int) -> None:
    """Half the kills during downloads, half during installs. ``run_kill_trial`` fails at the first half-installed."""
    package = write_small_package(folder, weights=weights_of(12_000_000))
    publish([package], folder / "site")
    server = web.WebServer().start()
    server.host(folder / "site")
    server.faults["/tiny-en/1.0/weights.safetensors"] = [web.throttled(16_000_000)] * 10 * kills
    try:
        began = time.perf_counter()
        downloads = run_kill_trial("download", server.address, folder / "downloaded", kills // 2, seed, 0.7)
    finally:
        server.stop()
    installs = run_kill_trial("add", str(package.folder), folder / "added", kills - kills // 2, seed + 1, 0.15)
    report("kills", during_downloads=downloads.killed, during_installs=installs.killed,
           completed_between=downloads.completed + installs.completed, half_installed=0,
           resumed_megabytes=round(downloads.resumed_bytes / 1e6), seconds=round(time.perf_counter() - began))


if __name__ == "__main__":
    main()
