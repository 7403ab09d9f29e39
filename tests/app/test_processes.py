"""The real program as a process: how fast it starts, how smoothly it runs, and what survives a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import closing

import pytest

from chatbot import paths
from chatbot.core.messages import MessageStatus
from chatbot.storage.opening import open_store
from tests.app.processes import ROOT, DrivenProgram
from tests.fakes.tiny_model import write_tiny_model

LONG_REPLY = " ".join(f"word{number}" for number in range(3000))


def test_a_real_model_replies_to_typed_messages_without_stalling_the_window() -> None:
    write_tiny_model(paths.models_folder())
    paths.settings_file().parent.mkdir(parents=True)
    paths.settings_file().write_text('model_id = "tiny-en"\n')
    gaps = []
    for _ in range(3):  # another program on this computer can cause a gap too
        with DrivenProgram(say=["hello there", "what do you like?", "good night"]) as program:
            gaps.append(program.wait_for("idle", timeout_s=60)["longest_gap_ms"])
            assert program.wait_for_end() == 0
            replies = [end["text"] for end in program.all("end")]
        if gaps[-1] < 100:
            break
    assert min(gaps) < 100, f"the event loop stood still for {gaps} ms"
    with closing(open_store(paths.database_file()).store) as store:
        texts = [message.text for message in store.path(store.conversations()[0].id)]
    assert texts[-6::2] == ["hello there", "what do you like?", "good night"]
    assert texts[-5::2] == replies


def test_the_window_is_visible_before_torch_is_imported_and_soon() -> None:
    starts = []
    for _ in range(3):
        with DrivenProgram(script=["hello"]) as program:
            painted = program.wait_for("painted")
            assert not painted["has_torch"]
            assert program.wait_for_end() == 0
            starts.append((painted["processor_seconds"], program.seconds["painted"]))
    assert min(start[0] for start in starts) < 0.7, f"(processor, wall) seconds until the window was visible: {starts}"
    assert min(start[1] for start in starts) < 3, f"(processor, wall) seconds until the window was visible: {starts}"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("delay_s", [0.3, 2.6])
def test_a_kill_in_the_middle_of_a_reply_loses_nothing_older_than_two_seconds(delay_s: float) -> None:
    with DrivenProgram(script=[LONG_REPLY], seconds_per_piece=0.01, say=["Tell me a long story"],
                       then="stay") as program:
        program.wait_for("piece")
        time.sleep(delay_s)
        program.process.send_signal(signal.SIGKILL)
        killed_at = time.time()
        program.wait_for_end()
        shown_long = [piece["shown"] for piece in program.all("piece") if piece["at"] < killed_at - 2.0]
    store, notices = open_store(paths.database_file())
    with closing(store):
        user, reply = store.path(store.conversations()[0].id)
    assert notices == [] and user.text == "Tell me a long story"
    assert reply.status is MessageStatus.INTERRUPTED
    assert reply.text.startswith(shown_long[-1] if shown_long else "")
    assert LONG_REPLY.startswith(reply.text)
    if delay_s > 2:
        assert shown_long, "the test must have something to lose"


def test_after_a_kill_the_program_starts_and_chats_on() -> None:
    with DrivenProgram(script=[LONG_REPLY], seconds_per_piece=0.01, say=["first"], then="stay") as program:
        program.wait_for("piece")
        program.process.kill()
        program.wait_for_end()
    with DrivenProgram(script=["And I am back."], say=["second"]) as program:
        assert program.wait_for("end")["text"] == "And I am back."
        assert program.wait_for_end() == 0
    with closing(open_store(paths.database_file()).store) as store:
        path = store.path(store.conversations()[0].id)
    assert [message.status for message in path] == [MessageStatus.COMPLETE, MessageStatus.INTERRUPTED,
                                                    MessageStatus.COMPLETE, MessageStatus.COMPLETE]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to send")
def test_sigterm_closes_in_order_and_keeps_the_reply() -> None:
    with DrivenProgram(script=[LONG_REPLY], seconds_per_piece=0.01, say=["go"], then="stay") as program:
        program.wait_for("piece", count=3)
        program.process.terminate()
        assert program.wait_for_end() == 0
        shown = program.all("piece")[-1]["shown"]
    with closing(open_store(paths.database_file()).store) as store:
        _, reply = store.path(store.conversations()[0].id)
    assert reply.text.startswith(shown)
    assert reply.status in (MessageStatus.STOPPED, MessageStatus.INTERRUPTED)


def test_a_second_start_brings_the_first_window_to_the_front() -> None:
    with DrivenProgram(script=["hello"], then="stay") as program:
        program.wait_for("ready")
        second = subprocess.run([sys.executable, "-m", "chatbot"], cwd=ROOT, capture_output=True, text=True,
                                timeout=30, env=os.environ | {"QT_QPA_PLATFORM": "offscreen"})
        assert second.returncode == 0 and "brought to the front" in second.stderr
        assert len(second.stderr.splitlines()) == 1


def test_a_store_that_cannot_be_opened_is_one_sentence() -> None:
    paths.data_folder().parent.mkdir(parents=True, exist_ok=True)
    paths.data_folder().write_text("a file where the folder should be")
    done = subprocess.run([sys.executable, "-m", "chatbot"], cwd=ROOT, capture_output=True, text=True, timeout=30,
                          env=os.environ | {"QT_QPA_PLATFORM": "offscreen"})
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1 and done.stderr.startswith("chatbot: ")
