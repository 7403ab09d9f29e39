"""Learning from the program's own chats in the terminal: the report, the models, resuming, and every honest no."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chatbot import paths
from chatbot.core.messages import MessageStatus
from chatbot.core.personal import PersonalJob, TrainProgress
from chatbot.storage.opening import open_store
from chatbot.storage.store import SqliteChatStore
from chatbot.training.personal import plan as limits
from chatbot.worker import installed_engine, personal_job
from chatbot.worker.own_chats import voices_like
from tests.commands.conftest import Outcome
from tests.training.personal.small import OWN, log_sessions

Run = Callable[..., Outcome]


@pytest.fixture
def store(small_training: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqliteChatStore]:
    """The window's store beside an installed tiny base model."""
    monkeypatch.setattr(limits, "MOST_DRIFT", 10.0)
    moments = iter(range(1_600_000_000, 1_700_000_000, 60))
    opened = open_store(paths.database_file(), clock=lambda: float(next(moments))).store
    yield opened
    opened.close()


def hold_chats(store: SqliteChatStore, count: int = 40, *, user_is_own: bool = True, rating: int = 0,
               model: str = "small") -> None:
    """One conversation per session of ``log_sessions``. The person who talks of the sea is the user, or the program."""
    for session in log_sessions(count):
        chat = store.create_conversation().id
        own = [turn.text for turn in session.turns if turn.speaker == OWN]
        other = [turn.text for turn in session.turns if turn.speaker != OWN]
        for asked, answered in zip(*((own, other) if user_is_own else (other, own)), strict=True):
            _, reply = store.begin_exchange(chat, store.conversation(chat).head_id, asked, model)
            store.end_reply(reply.id, answered, MessageStatus.COMPLETE, None, [], model)
            if rating:
                store.set_rating(reply.id, rating)


def result_of(done: Outcome) -> dict:
    assert done.exit_code == 0, done.err
    return json.loads(done.out.splitlines()[-1])


def test_the_report_says_what_can_be_learned_from(store: SqliteChatStore, run_command: Run) -> None:
    hold_chats(store, 3, rating=1)
    hold_chats(store, 2)
    chat = store.conversations()[0].id
    store.edit_bot_message(store.path(chat)[-1].id, "call me: +44 20 7946 0018")
    report = json.loads(run_command("import", "--own-chats", "--json").out)
    assert report["format"] == "own_chats" and report["used"] == 50 and report["skipped"] == {"other_version": 1}
    assert report["replies"] == {"liked": 15, "plain": 9, "edited": 1} and report["private_data"] == {"phone": 1}
    assert {s["id"]: (s["messages"], s["weighty"]) for s in report["speakers"]} == {"you": (25, None),
                                                                                   "wren": (25, 16)}
    shown = run_command("import", "--own-chats", "--review", "5").out
    assert "25  You (probably you)" in shown and "25  Wren, of which 16 can be learned from" in shown
    assert "liked 15, plain 9, edited 1" in shown and "+44 20 7946 0018" in shown


def test_know_me_is_the_usual_wish_and_its_model_chats_as_wren(store: SqliteChatStore, run_command: Run) -> None:
    hold_chats(store)
    result = result_of(run_command("personalize", "--own-chats", "--name", "me", "--json"))
    assert result["verdict"]["code"] == "helped" and result["mode"] == "me"
    assert result["own_messages"] == 200 and result["messages"] == 400
    manifest = json.loads((paths.models_folder() / "me" / "model.json").read_text())
    assert manifest["name"] == "My Wren" and not manifest.get("roles") and manifest["parent"] == "small"
    assert "sea" not in json.dumps(manifest)
    assert installed_engine.load_installed_engine("me", threads=1).summary.is_personal


@pytest.mark.parametrize("mode", ["person", "instant"])
def test_replies_that_were_liked_are_learned_in_wrens_own_role(store: SqliteChatStore, run_command: Run,
                                                               mode: str) -> None:
    hold_chats(store, user_is_own=False, rating=1)
    result = result_of(run_command("personalize", "--own-chats", "--mode", mode, "--name", "better", "--json"))
    assert result["verdict"]["code"] == "helped" and result["own_messages"] == 200
    manifest = json.loads((paths.models_folder() / "better" / "model.json").read_text())
    assert manifest["roles"] == {"user": "<user>", "bot": "<bot>"}
    assert {name: manifest["training"][f"log.{name}_replies"] for name in ("edited", "liked", "kept")} == {
        "edited": 0, "liked": 200, "kept": 0}
    assert "200 replies that one person edited, liked or kept" in (
        paths.models_folder() / "better" / "README.md").read_text()
    assert "better" in voices_like("small") and voices_like("better") == voices_like("small")


def test_a_model_does_not_eat_its_own_words(store: SqliteChatStore, run_command: Run) -> None:
    """200 replies that nobody judged are nothing to learn from, however well they could be learned."""
    hold_chats(store, user_is_own=False)
    done = run_command("personalize", "--own-chats", "--mode", "person", "--name", "better")
    assert done.exit_code == 0 and done.out.startswith("There is too little to learn from: 0 turns, and 50 are needed")
    assert not (paths.models_folder() / "better").exists()


def test_replies_of_an_imitation_are_not_learned_even_if_liked(store: SqliteChatStore, run_command: Run) -> None:
    from tests.training.personal.small import write_export
    log = write_export(paths.data_folder() / "log.txt", log_sessions())
    assert result_of(run_command("personalize", str(log), "--speaker", OWN, "--name", "kim", "--json"))["model_id"]
    hold_chats(store, user_is_own=False, rating=1, model="kim")
    assert voices_like("small") == {"", "small"} and voices_like("kim") == {"kim"}
    report = json.loads(run_command("import", "--own-chats", "--json").out)
    assert report["replies"] == {"other_voice": 200}
    done = run_command("personalize", "--own-chats", "--mode", "person", "--name", "better")
    assert "too little to learn from: 0 turns" in done.out
    # To go on with the imitation itself, its liked replies do count.
    result = result_of(run_command("personalize", "--own-chats", "--mode", "person", "--model", "kim", "--name",
                                   "kim-2", "--json"))
    assert result["own_messages"] == 200
    if result["model_id"]:
        assert voices_like("kim-2") == {"kim", "kim-2"}


def test_the_users_own_voice_can_be_learned_too(store: SqliteChatStore, run_command: Run) -> None:
    hold_chats(store)
    result = result_of(run_command("personalize", "--own-chats", "--speaker", "you", "--mode", "person", "--name",
                                   "like-me", "--json"))
    assert result["verdict"]["code"] == "helped"
    manifest = json.loads((paths.models_folder() / "like-me" / "model.json").read_text())
    assert manifest["roles"] == {"user": "<a>", "bot": "<author00>"}


@pytest.mark.parametrize(("arguments", "exit_code", "words"), [
    (("--own-chats", "--speaker", "Wren", "--mode", "me"), 1, "The mode me learns your own words; choose You"),
    (("--own-chats", "--speaker", "Zoe"), 1, "two speakers, You and Wren; choose one of them"),
    (("--own-chats", "--speaker", "You", "--speaker", "Wren"), 1, "choose one of them"),
    (("--own-chats", "chat.txt"), 2, "cannot be learned from together"),
    (("chat.txt",), 2, "Missing option '--speaker'"),
    ((), 2, "Missing argument 'FILE...' (or --own-chats"),
])
def test_a_wrong_wish_is_one_sentence(store: SqliteChatStore, run_command: Run, arguments: tuple[str, ...],
                                      exit_code: int, words: str) -> None:
    hold_chats(store, 1)
    done = run_command("personalize", *arguments, "--name", "x")
    assert done.exit_code == exit_code and words in done.err and "Traceback" not in done.err


def test_too_few_messages_are_said(store: SqliteChatStore, run_command: Run) -> None:
    hold_chats(store, 5)
    done = run_command("personalize", "--own-chats", "--name", "me")
    assert done.exit_code == 0 and done.out.startswith("There is too little to learn from: 15 turns, and 50 are needed")


def test_enough_to_learn_from_and_too_little_to_judge_by_is_said(store: SqliteChatStore, run_command: Run,
                                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FEWEST_HELD_OUT_TOKENS", 10_000)
    hold_chats(store, 40)
    done = run_command("personalize", "--own-chats", "--name", "me")
    assert done.exit_code == 0
    assert done.out.startswith("There is too little to judge by: the newest part, which is held out for that, has only "
                               "20 turns, and short ones. The base model is kept")


def test_no_chat_at_all_is_one_sentence(tmp_path: Path, run_command: Run) -> None:
    for arguments in (("import", "--own-chats"), ("import", "--own-chats", "--json")):
        done = run_command(*arguments)
        assert done.exit_code == 1 and "nothing to learn from yet" in done.err
    assert json.loads(done.out)["problem"]["code"] == "import_no_chats"


def test_private_data_is_masked_and_chosen_kinds_are_kept(store: SqliteChatStore, run_command: Run,
                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    chat = store.create_conversation().id
    _, reply = store.begin_exchange(chat, None, "i am Ada, +44 20 7946 0018, see www.example.org", "small")
    store.end_reply(reply.id, "ok", MessageStatus.COMPLETE, None, [], "small")
    heard: list[str] = []

    def listen(tokenizer: object, labelled: object, *rest: object) -> object:
        heard.extend(turn.text for _, session in labelled for turn in session.turns)
        raise KeyboardInterrupt

    monkeypatch.setattr("chatbot.training.personal.talks.encode_talks", listen)
    run_command("personalize", "--own-chats", "--name", "me", "--name-to-mask", "Ada", "--keep", "link")
    assert heard == ["i am [name], [phone], see www.example.org", "ok"]


def test_a_stopped_training_goes_on_although_chats_went_on(store: SqliteChatStore, run_command: Run,
                                                           monkeypatch: pytest.MonkeyPatch) -> None:
    hold_chats(store)
    monkeypatch.setattr("chatbot.training.personal.tuned._REPORT_EVERY_SECONDS", 0.0)
    monkeypatch.setattr("chatbot.worker.personal_job.time.time", lambda: store._clock())
    import threading
    stop, steps = threading.Event(), []

    def report(progress: TrainProgress) -> None:
        steps.append(progress.step)
        if progress.step >= 8:
            stop.set()

    job = PersonalJob((), (), "me", "My Wren", "me", own_chats=True)
    with pytest.raises(Exception, match="stopped"):
        personal_job.run_job(job, report, stop, threading.Event())
    kept = personal_job.unfinished_trainings()
    assert [training.model_id for training in kept] == ["me"] and kept[0].can_go_on
    assert kept[0].job.is_same_work(job) and kept[0].job.until is not None and job.until is None
    hold_chats(store, 2)
    seen: list[int] = []
    result = personal_job.run_job(job, lambda progress: seen.append(progress.step), threading.Event(),
                                  threading.Event())
    assert result.messages == 400 and min(step for step in seen if step) > 8
    assert personal_job.unfinished_trainings() == []
