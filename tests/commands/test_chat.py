"""``chatbot chat``: scripted turns, the prompt, and the store it shares with the window."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import closing

import pytest

from chatbot import paths
from chatbot.core.messages import MessageStatus, Role
from chatbot.storage.opening import open_store
from tests.fakes.scripted_engine import ScriptedEngine


def fed(engine: ScriptedEngine, number: int) -> list[str]:
    """All texts the model had read when it wrote reply ``number``."""
    request = engine.requests[number]
    return json.loads(request.state or b"[]") + [turn.text for turn in request.turns]


def test_messages_get_replies_one_a_line(engine: ScriptedEngine, run_command: Callable) -> None:
    done = run_command("chat", "--message", "Hi", "--message", "How are you?")
    assert (done.exit_code, done.out, done.err) == (0, "Hello there.\nI am fine.\n", "")


def test_json_has_one_object_a_line_with_the_promised_keys(engine: ScriptedEngine, run_command: Callable) -> None:
    done = run_command("chat", "--message", "Hi", "--message", "Bye", "--seed", "7", "--json")
    records = [json.loads(line) for line in done.out.splitlines()]
    assert [record["reply"] for record in records] == ["Hello there.", "I am fine."]
    for record in records:
        assert {"reply", "tokens", "seconds", "first_token_seconds", "tokens_per_second", "model"} <= record.keys()
        assert record["model"] == "scripted" and record["seed"] == 7 and record["tokens"] > 0


def test_the_model_remembers_the_turns_before_through_its_state(engine: ScriptedEngine, run_command: Callable) -> None:
    run_command("chat", "--message", "one", "--message", "two", "--message", "three")
    assert fed(engine, 2) == ["one", "Hello there.", "two", "I am fine.", "three"]
    assert engine.requests[2].state is not None, "the third turn continues from a state instead of reading all again"
    assert engine.requests[2].earlier_replies == ("Hello there.", "I am fine.")


@pytest.mark.parametrize(("arguments", "replies", "read"), [
    (["--message", "a", "--given-reply", "B", "--message", "c"], 1, ["a", "B", "c"]),
    (["--given-reply", "B", "--message", "a"], 1, ["B", "a"]),
    (["--message", "a", "--message", "c", "--given-reply", "D", "--message=e"], 2,
     ["a", "Hello there.", "c", "D", "e"]),
    (["--message", "a", "--given-reply", "B", "--given-reply", "C", "--message", "d"], 1, ["a", "B", "C", "d"]),
])
def test_given_replies_take_the_place_of_generated_ones_in_the_order_given(
        engine: ScriptedEngine, run_command: Callable, arguments: list[str], replies: int, read: list[str]) -> None:
    done = run_command("chat", *arguments, "--json")
    assert len(done.out.splitlines()) == replies
    assert fed(engine, -1) == read
    roles = [turn.role for turn in engine.requests[0].turns]
    assert roles[-1] is Role.USER


def test_only_a_given_reply_generates_nothing(engine: ScriptedEngine, run_command: Callable) -> None:
    done = run_command("chat", "--message", "a", "--given-reply", "B")
    assert (done.exit_code, done.out) == (0, "") and engine.requests == []


def test_every_sampling_option_reaches_the_engine(engine: ScriptedEngine, run_command: Callable) -> None:
    run_command("chat", "--message", "Hi", "--preset", "wild", "--temperature", "0.3", "--top-k", "5",
                "--max-tokens", "9")
    sampling = engine.requests[0].sampling.value
    assert (sampling.temperature, sampling.top_k, sampling.max_tokens) == (0.3, 5, 9)
    assert sampling.top_p == 0.97, "from the preset"


@pytest.mark.parametrize("arguments", [["--temperature", "3"], ["--top-k", "-1"], ["--top-p", "nan"],
                                       ["--seed", "1.5"], ["--preset", "none"], ["--unknown"]])
def test_a_bad_option_is_wrong_usage(engine: ScriptedEngine, run_command: Callable, arguments: list[str]) -> None:
    done = run_command("chat", "--message", "Hi", *arguments)
    assert done.exit_code == 2 and done.out == ""
    assert arguments[0] in done.err and "Traceback" not in done.err


@pytest.mark.parametrize("text", ["", " ", "\U0001f600" * 50, "مرحبا", "a\u200bb", "bad \udcff bytes", "x" * 100_000,
                                  "<b>no</b>", "\0nul"])
def test_odd_text_is_a_message_like_any_other(engine: ScriptedEngine, run_command: Callable, text: str) -> None:
    done = run_command("chat", "--message", text, "--json")
    assert done.exit_code == 0 and json.loads(done.out)["reply"] == "Hello there."


def test_without_store_nothing_is_kept(engine: ScriptedEngine, run_command: Callable) -> None:
    run_command("chat", "--message", "Hi")
    assert not paths.database_file().exists()


def test_with_store_the_chat_is_in_the_windows_database_and_goes_on(engine: ScriptedEngine,
                                                                    run_command: Callable) -> None:
    assert run_command("chat", "--store", "--message", "Hi").exit_code == 0
    assert run_command("chat", "--conversation", "1", "--message", "And you?").exit_code == 0
    assert fed(engine, 1) == ["Hi", "Hello there.", "And you?"]
    assert engine.requests[1].state is not None, "the state was kept too"
    with closing(open_store(paths.database_file()).store) as store:
        path = store.path(1)
    assert [message.text for message in path] == ["Hi", "Hello there.", "And you?", "I am fine."]
    assert {message.status for message in path} == {MessageStatus.COMPLETE}
    assert path[1].statistics is not None and path[1].model_id == "scripted"


def test_a_conversation_that_does_not_exist_is_one_sentence(engine: ScriptedEngine, run_command: Callable) -> None:
    done = run_command("chat", "--conversation", "99", "--message", "Hi")
    assert done.exit_code == 1 and len(done.err.splitlines()) == 1 and done.err.startswith("chatbot: ")


def test_the_store_of_a_running_program_is_refused_with_one_sentence(engine: ScriptedEngine,
                                                                     run_command: Callable) -> None:
    with closing(open_store(paths.database_file()).store):
        done = run_command("chat", "--store", "--message", "Hi")
    assert done.exit_code == 1 and "already running" in done.err and len(done.err.splitlines()) == 1


def test_an_engine_error_keeps_what_was_written(engine: ScriptedEngine, run_command: Callable, expected_log) -> None:
    expected_log.expect("the command failed")
    engine.error, engine.pieces_before_error = ValueError("broken"), 1
    done = run_command("chat", "--store", "--message", "Hi")
    assert done.exit_code == 70 and "Traceback" not in done.err and "chatbot.log" in done.err
    with closing(open_store(paths.database_file()).store) as store:
        assert (store.path(1)[1].text, store.path(1)[1].status) == ("Hello ", MessageStatus.FAILED)


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(line + "\n" for line in lines)))


def test_lines_from_a_pipe_are_messages(engine: ScriptedEngine, run_command: Callable,
                                        monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "Hi", "", "  How are you?  ", "/quit", "never read")
    done = run_command("chat")
    assert (done.exit_code, done.out, done.err) == (0, "Hello there.\nI am fine.\n", "")
    assert fed(engine, 1) == ["Hi", "Hello there.", "How are you?"]


def test_regenerate_keeps_both_versions(engine: ScriptedEngine, run_command: Callable,
                                        monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "Hi", "/regenerate", "And?")
    assert run_command("chat", "--store").out == "Hello there.\nI am fine.\nGood night.\n"
    assert fed(engine, 1) == ["Hi"], "the second try must not see the first"
    assert fed(engine, 2) == ["Hi", "I am fine.", "And?"]
    with closing(open_store(paths.database_file()).store) as store:
        reply = store.path(1)[1]
        assert [version.text for version in store.versions(reply.id)] == ["Hello there.", "I am fine."]


def test_continue_goes_on_in_the_same_message(engine: ScriptedEngine, run_command: Callable,
                                              monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "Hi", "/continue")
    run_command("chat", "--store")
    assert engine.requests[1].written == "Hello there." and fed(engine, 1) == ["Hi"]
    with closing(open_store(paths.database_file()).store) as store:
        assert store.path(1)[1].text == "Hello there.I am fine."


def test_forget_starts_the_memory_anew_and_keeps_the_text(engine: ScriptedEngine, run_command: Callable,
                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "My name is Sam", "/forget", "Who am I?")
    run_command("chat", "--store")
    assert fed(engine, 1) == ["Who am I?"]
    with closing(open_store(paths.database_file()).store) as store:
        assert len(store.path(1)) == 4


def test_settings_can_be_changed_between_replies(engine: ScriptedEngine, run_command: Callable,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "/set top-k 5", "Hi", "/set temperature 9", "/set colour red", "/set seed x", "Again",
          "/settings", "/help", "/nonsense")
    done = run_command("chat")
    assert done.exit_code == 0 and len(done.out.splitlines()) == 2
    assert [request.sampling.value.top_k for request in engine.requests] == [5, 5]
    for complaint in ("top_k is now 5", "Temperature must be between 0 and 2", "no setting 'colour'", "no command",
                      "Seed must be a number", "/regenerate"):
        assert complaint in done.err


@pytest.mark.parametrize("word", ["/regenerate", "/continue"])
def test_commands_that_need_a_reply_say_so(engine: ScriptedEngine, run_command: Callable, word: str,
                                           monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, word)
    done = run_command("chat")
    assert done.exit_code == 0 and "There is no reply yet" in done.err


def test_a_message_may_begin_with_a_slash(engine: ScriptedEngine, run_command: Callable,
                                          monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "//help me")
    run_command("chat")
    assert fed(engine, 0) == ["/help me"]
