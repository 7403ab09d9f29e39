"""One file from a real server that behaves, misbehaves, stalls and lies."""

from __future__ import annotations

import errno
import hashlib
import random
import shutil
import threading
import time

import pytest

from chatbot.catalog.http_client import HttpClient, Timeouts
from chatbot.catalog.part_file import PartFile, WantedFile
from chatbot.catalog.transfer import FileTransfer
from chatbot.catalog.transfer_control import Patience, StopReason, TransferControl, TransferStoppedError
from chatbot.core.errors import DownloadError
from tests.catalog import web_server as web

pytestmark = pytest.mark.network_local

CONTENT = random.Random(1).randbytes(300_000)
CHUNK = 40_000


def chunk_hashes(content=CONTENT, size=CHUNK):
    return tuple(hashlib.sha256(content[place:place + size]).hexdigest() for place in range(0, len(content), size))


class Bench:
    """A server with one file, and a target to fetch it to."""

    def __init__(self, server, patience, folder):
        self.server, self.patience, self.target = server, patience, folder / "weights.safetensors"
        self.part = folder / "weights.safetensors.part"
        server.files["/w"] = CONTENT
        self.control = TransferControl()
        self.seen = []

    def wanted(self, chunks=False, **changes):
        values = {"address": self.server.address + "/w", "size": len(CONTENT),
                  "sha256": hashlib.sha256(CONTENT).hexdigest()}
        if chunks:
            values |= {"chunk_size": CHUNK, "chunks": chunk_hashes()}
        return WantedFile(**{**values, **changes})

    def fetch(self, chunks=False, **changes):
        with HttpClient(self.patience.timeouts) as client:
            FileTransfer(self.wanted(chunks, **changes), self.target, client, self.control, self.patience,
                         self.seen.append).run()
        assert self.target.read_bytes() == self.server.files["/w"]
        assert [path.name for path in self.target.parent.iterdir()] == [self.target.name]

    def refuse(self, chunks=False, **changes):
        with pytest.raises(DownloadError) as caught:
            self.fetch(chunks, **changes)
        assert not self.target.exists()
        assert "\n" not in str(caught.value)
        return str(caught.value)

    def faults(self, *faults):
        self.server.faults["/w"] = list(faults)

    def ranges(self):
        return [request.range for request in self.server.asked("/w")]


@pytest.fixture
def bench(server, patience, tmp_path):
    return Bench(server, patience, tmp_path)


@pytest.mark.parametrize("chunks", [False, True])
def test_fetches_a_file_in_one_request(bench, chunks):
    bench.fetch(chunks)
    assert bench.ranges() == [None]
    assert bench.seen[-1] == len(CONTENT)
    assert bench.seen == sorted(bench.seen)


@pytest.mark.parametrize("chunks", [False, True])
def test_truncated_body_is_resumed_where_it_stopped(bench, chunks):
    bench.faults(web.cut_after(100_000), web.cut_after(50_000))
    bench.fetch(chunks)
    assert bench.ranges() == [None, "bytes=100000-", "bytes=150000-"]
    assert bench.server.requests[1].headers["if-range"].startswith('"')


@pytest.mark.parametrize("chunks", [False, True])
def test_body_without_length_that_ends_early_is_resumed(bench, chunks):
    bench.faults(lambda handler, content: web.unknown_length(handler, content[:70_000]))
    bench.fetch(chunks)
    assert bench.ranges() == [None, "bytes=70000-"]


@pytest.mark.parametrize("code", [408, 429, 500, 503])
def test_temporary_refusals_are_tried_again(bench, code):
    bench.faults(web.status(code), web.status(code, Retry_After="0"), web.hang_up)
    bench.fetch()
    assert len(bench.ranges()) == 4


def test_gives_up_after_some_attempts_and_keeps_what_it_has(bench):
    bench.faults(web.cut_after(5_000), *[web.status(500)] * 9)
    assert "has a problem (status 500); try again later" in bench.refuse()
    assert bench.part.read_bytes() == CONTENT[:5_000]
    bench.faults()
    bench.fetch()
    assert bench.ranges()[-1] == "bytes=5000-"


def test_real_progress_resets_the_count_of_failures(bench):
    bench.faults(*[web.cut_after(20_000)] * 10)
    bench.fetch()
    assert len(bench.ranges()) == 11


@pytest.mark.parametrize(("code", "sentence"), [
    (404, "was not found"), (403, "does not allow"), (401, "login or token"), (418, "status 418")])
def test_lasting_refusals_are_not_tried_again(bench, code, sentence):
    bench.faults(web.status(code))
    assert sentence in bench.refuse()
    assert len(bench.ranges()) == 1


@pytest.mark.parametrize("fault", [web.stay_silent, web.stall_after(30_000), web.drip])
def test_a_stalled_transfer_is_restarted(bench, fault):
    bench.faults(fault)
    bench.fetch()
    assert len(bench.ranges()) == 2


def test_a_server_that_only_drips_is_given_up(bench):
    bench.faults(*[web.drip] * 9)
    assert "come to a halt" in bench.refuse()


@pytest.mark.parametrize("chunks", [False, True])
def test_server_without_ranges_sends_everything_again(bench, chunks):
    bench.server.has_ranges = False
    bench.faults(web.cut_after(100_000))
    bench.fetch(chunks)
    assert bench.ranges() == [None, "bytes=100000-"]


@pytest.mark.parametrize("has_etags", [True, False])
def test_file_changed_between_parts_starts_over(bench, has_etags):
    """With an ETag the server says so at once; without, the hash says so and the whole is fetched once more."""
    bench.server.has_etags = has_etags
    old = bytes(len(CONTENT))
    bench.faults(lambda handler, content: web.serve(handler, old, cut_at=100_000))
    bench.fetch()
    assert bench.ranges() == ([None, "bytes=100000-"] if has_etags else [None, "bytes=100000-", None])


def test_server_that_ignores_if_range_is_noticed(bench):
    bench.faults(web.cut_after(100_000), lambda handler, content: handler.answer(
        206, bytes(200_000), ETag='"other"', Content_Range="bytes 100000-299999/300000"))
    bench.fetch()
    assert bench.ranges() == [None, "bytes=100000-", None]


@pytest.mark.parametrize("content_range", ["bytes 0-299999/300000", "nonsense", "bytes 100000-299999/999"])
def test_wrong_content_range_is_refused(bench, content_range):
    bench.faults(web.cut_after(100_000), lambda handler, content: handler.answer(206, b"x" * 1000,
                                                                                  Content_Range=content_range))
    assert "than was asked for" in (sentence := bench.refuse()) or "999 bytes instead of 300,000" in sentence


def test_wrong_hash_is_named_and_the_part_thrown_away(bench):
    bench.faults(web.instead(bytes(len(CONTENT))))
    sentence = bench.refuse()
    assert hashlib.sha256(CONTENT).hexdigest() in sentence
    assert list(bench.target.parent.iterdir()) == []
    assert len(bench.ranges()) == 1


@pytest.mark.parametrize("size", [1, 299_999, 300_001])
def test_wrong_size_is_refused_before_anything_is_written(bench, size):
    assert f"has 300,000 bytes instead of {size:,}" in bench.refuse(size=size)


def test_endless_body_is_cut(bench):
    bench.faults(lambda handler, content: web.unknown_length(handler, content + b"more"))
    assert "has more than 300,000 bytes instead of 300,000" in bench.refuse()


def test_bad_chunk_alone_is_fetched_again(bench):
    spoiled = bytearray(CONTENT)
    spoiled[90_000] ^= 1
    bench.faults(web.instead(bytes(spoiled)))
    bench.fetch(chunks=True)
    assert bench.ranges() == [None, "bytes=80000-119999"]


def test_chunks_that_stay_bad_end_the_transfer_and_keep_the_good_ones(bench):
    spoiled = bytearray(CONTENT)
    spoiled[90_000] ^= 1
    bench.faults(*[web.instead(bytes(spoiled), etag='"same"')] * 9)
    assert "in bytes 80,000 to 120,000" in bench.refuse(chunks=True)
    assert bench.ranges() == [None] + ["bytes=80000-119999"] * 3
    bench.faults()
    bench.fetch(chunks=True)
    assert bench.ranges()[-1] == "bytes=80000-119999"


@pytest.mark.parametrize("length", [1, 39_999, 40_000, 40_001, 299_999, 300_000, 300_050])
@pytest.mark.parametrize("chunks", [False, True])
def test_whatever_a_killed_program_left_is_used(bench, length, chunks):
    bench.part.write_bytes((CONTENT + bytes(50))[:length])
    bench.fetch(chunks)
    assert bench.ranges() == ([f"bytes={length}-"] if length < len(CONTENT) else [])


def test_damaged_rest_of_a_killed_program_is_repaired(bench):
    spoiled = bytearray(CONTENT[:200_000])
    spoiled[50_000] ^= 1
    bench.part.write_bytes(spoiled)
    bench.fetch(chunks=True)
    assert bench.ranges() == ["bytes=40000-79999", "bytes=200000-"]
    bench.target.unlink()
    bench.part.write_bytes(spoiled)
    bench.fetch(chunks=False)
    assert bench.ranges()[2:] == ["bytes=200000-", None]


def test_content_without_size_or_hash_needs_a_validator_to_resume(bench):
    bench.faults(web.cut_after(100_000), web.status(404))
    bench.refuse(size=None, sha256=None)
    bench.fetch(size=None, sha256=None)
    assert bench.ranges() == [None, "bytes=100000-299999", "bytes=100000-"]
    bench.target.unlink()
    bench.part.write_bytes(b"whatever")
    bench.fetch(size=None, sha256=None)
    assert bench.ranges()[-1] is None


def test_compressed_answer_is_refused(bench):
    bench.faults(lambda handler, content: handler.answer(200, bytes(300_000), Content_Encoding="gzip"))
    assert "compressed" in bench.refuse()


def test_pause_wakes_a_silent_transfer_at_once_and_resumes(bench):
    bench.patience = Patience(timeouts=Timeouts(5, 30))
    bench.faults(web.stall_after(100_000))
    began = time.monotonic()
    timer = threading.Timer(0.3, bench.control.stop, [StopReason.PAUSE])
    timer.start()
    with pytest.raises(TransferStoppedError, match="paused"):
        bench.fetch()
    assert time.monotonic() - began < 3
    timer.join()
    assert bench.part.stat().st_size == 100_000
    bench.control = TransferControl()
    bench.fetch()
    assert bench.ranges()[-1] == "bytes=100000-"


def test_stop_before_the_start_opens_no_connection(bench):
    bench.control.stop(StopReason.CANCEL)
    with pytest.raises(TransferStoppedError, match="cancelled"):
        bench.fetch()
    assert bench.ranges() == []


def test_full_disk_is_noticed_before_the_start(bench, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**9, 10**9, 299_999))
    assert "MB are needed" in bench.refuse()
    assert bench.ranges() == []


def test_full_disk_in_the_middle_keeps_what_is_there(bench, monkeypatch):
    write = PartFile.write

    def write_some(self, position, data):
        if position + len(data) > 150_000:
            write(self, position, data[:150_000 - position])
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(self, position, data)

    monkeypatch.setattr(PartFile, "write", write_some)
    assert "is full; make room" in bench.refuse()
    assert bench.part.stat().st_size == 150_000
    monkeypatch.undo()
    bench.fetch()


def test_read_only_folder(bench, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", refuse)
    assert "cannot be written to" in bench.refuse()


def test_unreachable_server(bench):
    bench.patience = Patience(attempts=2, first_wait_s=0.01)
    assert "The connection to 127.0.0.1:1 failed" in bench.refuse(address="http://127.0.0.1:1/w")
