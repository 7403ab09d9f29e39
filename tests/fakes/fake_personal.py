"""A ``LogReader`` and a ``PersonalTrainer`` that a test plays by hand, and records for them to hand out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType

from PySide6.QtCore import QObject, Signal

from chatbot.chatlogs.private_data import ReviewItem
from chatbot.chatlogs.report import FileReport, ImportReport, MeSuggestion, SpeakerCount
from chatbot.core.personal import (Example, LogOverview, Memorisation, OwnTextScore, PersonalJob, PersonalMode,
                                   PersonalResult, TrainPhase, TrainProgress, UnfinishedTraining, Verdict, VerdictCode)


class FakeLogReader(QObject):
    """Keeps what it is asked; a test emits the answers."""

    progressed = Signal(int, int)
    was_read = Signal(object)
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[tuple[tuple[Path, ...], str | None, tuple[str, ...]]] = []
        self.own_requests: list[tuple[str, tuple[str, ...]]] = []
        self.cancelled = 0

    def read(self, files: Sequence[Path], date_order: str | None = None, names: Sequence[str] = ()) -> None:
        self.requests.append((tuple(files), date_order, tuple(names)))

    def read_own_chats(self, base_id: str = "", names: Sequence[str] = ()) -> None:
        self.own_requests.append((base_id, tuple(names)))

    def cancel(self) -> None:
        self.cancelled += 1


class FakeTrainer(QObject):
    """Keeps jobs and words; a test emits the answers."""

    progressed = Signal(object)
    finished = Signal(object)
    stopped = Signal()
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.job: PersonalJob | None = None
        self.is_running = False
        self.words: list[str] = []
        self.kept: list[UnfinishedTraining] = []

    def start(self, job: PersonalJob, *, is_fresh: bool = False) -> None:
        self.job, self.is_running = job, True

    def pause(self) -> None:
        self.words.append("pause")

    def resume(self) -> None:
        self.words.append("resume")

    def stop(self) -> None:
        self.words.append("stop")

    def give_up(self, model_id: str) -> None:
        self.words.append(f"give up {model_id}")
        self.kept = [training for training in self.kept if training.model_id != model_id]

    def unfinished(self) -> list[UnfinishedTraining]:
        return list(self.kept)


class FakeQuestions(QObject):
    """Keeps what it is asked and answers ``says_yes``."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, str]] = []
        self.says_yes = True

    def may_delete(self, title: str) -> bool:
        self.asked.append(("delete", title))
        return self.says_yes

    def may_give_up(self, title: str) -> bool:
        self.asked.append(("give up", title))
        return self.says_yes


def overview(question: object = None, name: str = "Anna Berg") -> LogOverview:
    """A log of two people, one of them probably the user, with three findings."""
    report = ImportReport(
        ("whatsapp",), (FileReport("chat.txt", "whatsapp", "utf-8", "dmy", True, 5210, 4933),), 5210, 4933,
        {"media": 240, "system": 37}, {}, (SpeakerCount("me", "Robin", 2500, 1), SpeakerCount("anna", name, 2433, 1)),
        1, 1.7e9, 1.72e9, MeSuggestion("me", "Robin", "the export says so"), {"phone": 2, "email": 1}, (), (), question)
    review = (ReviewItem("phone", "+44 20 7946 0018", "you can call me at ", " after six", name),
              ReviewItem("email", "robin@example.org", "write to ", "", "Robin"),
              ReviewItem("phone", "020 7946 0000", "or ", ", the office", name))
    return LogOverview((Path("chat.txt"),), report, review)


def own_overview(kinds: dict[str, int] | None = None, messages: int = 412) -> LogOverview:
    """The program's own chats: as many replies as messages of the user, some of them judged."""
    kinds = {"plain": messages - 93, "liked": 70, "edited": 12, "kept": 8, "disliked": 3} if kinds is None else kinds
    learnable = sum(kinds.get(kind, 0) for kind in ("edited", "liked", "kept"))
    report = ImportReport(
        ("own_chats",), (FileReport("your conversations with this program", "own_chats", None, None, False,
                                    2 * messages + 40, 2 * messages),), 2 * messages + 40, 2 * messages,
        {"other_version": 40}, {}, (SpeakerCount("wren", "Wren", messages, 31, learnable),
                                    SpeakerCount("you", "You", messages, 31)),
        31, 1.7e9, 1.72e9, MeSuggestion("you", "You", "the export says so"), {"phone": 1}, (), (), None, 0, kinds)
    review = (ReviewItem("phone", "+44 20 7946 0018", "my number is ", "", "You"),)
    return LogOverview((), report, review, is_own_chats=True)


def progress(step: int, held_out: float | None = None, *, is_paused: bool = False) -> TrainProgress:
    """A report in the middle of a training of 200 steps."""
    sample = Example(("are you coming on friday?",), "yes!! 8 ok?", "", "yes!! see you there") if held_out else None
    return TrainProgress(TrainPhase.TRAINING, step, 200, 4.9 - 0.008 * step, held_out, 4.7, 3.1 * (200 - step), 900.0,
                         sample, is_paused)


def result(code: VerdictCode = VerdictCode.HELPED) -> PersonalResult:
    """A result with everything in it, as far as the verdict allows."""
    values = {VerdictCode.HELPED: {"change_percent": -23.4, "low": -26.1, "high": -20.8},
              VerdictCode.NOT_PROVEN: {"change_percent": -2.1, "low": -5.0, "high": 1.2},
              VerdictCode.NO_GAIN: {"change_percent": 0.4}, VerdictCode.DRIFTED: {"drift_percent": 4.8},
              VerdictCode.MEMORISED: {"words": 14, "limit": 8},
              VerdictCode.TOO_LITTLE_DATA: {"own_messages": 12, "needed": 50}}[code]
    verdict = Verdict(code, MappingProxyType(values))
    if code is VerdictCode.TOO_LITTLE_DATA:
        return PersonalResult(PersonalMode.PERSON, verdict, 30, 12, 2)
    examples = (
        Example(("are you coming on friday?",), "yes!! 8 ok?", "I am not sure about that.", "yes!! see you there"),
        Example(("Did you find the keys?",), "noooo still looking :(", "I did not find it.",
                "no :( not in the bag either"),
        Example(("I made far too much soup.",), "i'll take some haha", "That sounds good!", "haha can i have some"))
    return PersonalResult(PersonalMode.PERSON, verdict, 4933, 2433, 241, OwnTextScore(142.7, 2.31),
                          OwnTextScore(109.3, 2.02), -23.4, -26.1, -20.8, 1.4,
                          Memorisation(500, 7, 5, "in the bag next to the door"), examples, 0.75, 320, 402.0, 1,
                          blind_examples())


def blind_examples() -> tuple[Example, ...]:
    """Ten places for the guessing game; the last one has nothing to tell apart."""
    places = (
        ("how was the film?", "sooo long, i nearly fell asleep haha", "I like films. What did you see?",
         "it was ok i think haha"),
        ("Mum asks whether you are coming on Sunday, she wants to know how many plates she needs.",
         "yes tell her yes!! and i bring the cake from that place near the station, the one she liked so much at your "
         "birthday, if they still have it", "I am not sure.", "yes i come!! with cake"),
        ("did you feed the cat?", "twice, she lies", "I do not have a cat.", "omg no sorry"),
        ("still raining here", "here too :( taking the bus", "I like the rain.", "same here :("),
        ("what are you reading?", "the one about the lighthouse you gave me", "I read many books.",
         "nothing good haha"),
        ("8 or half past?", "half past pls, the train is always late", "Half past is fine.", "8 is ok!!"),
        ("I lost my glasses again", "did you look on your head", "That is a pity.", "noooo again??"),
        ("can you send me the recipe", "later ok? i am on the bus", "What recipe do you want?", "yes wait"),
        ("good luck tomorrow!", "thank youuu i am so nervous", "Thank you.", "thanks!! i need it haha"),
        ("ok", "see you there then", "Good night.", "See you  there then"))
    return tuple(Example((said,), real, base, personal) for said, real, base, personal in places)
