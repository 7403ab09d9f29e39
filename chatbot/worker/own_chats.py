"""Learning from the program's own chats: reads the store beside the window and gives each side its role.

The connection only reads and sees one moment (the store's write-ahead log allows that while the window writes).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from chatbot.core.errors import ImportProblem, TrainingError
from chatbot.core.personal import PersonalJob, PersonalMode

if TYPE_CHECKING:
    from chatbot.catalog.manifest import Manifest
    from chatbot.chatlogs.chat_log import ChatLog
    from chatbot.chatlogs.records import PrivateDataOptions, ReadOptions
    from chatbot.chatlogs.sessions import Session, SessionOptions
    from chatbot.training.personal.base import BaseModel
    from chatbot.training.personal.talks import Cast, PersonalTalks


def open_own_chats(base_id: str, options: ReadOptions, until: float | None = None) -> ChatLog:
    """All conversations that are not deleted, as a log; close it after use.

    Of the replies only those can count that were written in the voice of the model ``base_id`` ('': the one that
    ships). ``until``: seconds since the epoch; what was written later is left out. Raises ``ImportProblem`` if there is
    nothing yet, ``StorageError`` if the store cannot be read.
    """
    from chatbot import paths
    from chatbot.chatlogs.reading import read_own_chats
    from chatbot.storage.opening import open_reader
    database = paths.database_file()
    if not database.exists():
        raise ImportProblem("There is nothing to learn from yet: no conversation was ever held here. Chat with the "
                            "program first.", code="import_no_chats")
    store = open_reader(database)
    try:
        return read_own_chats(store.shown_chats(), options, voices=voices_like(base_id), until=until)
    finally:
        store.close()


def voices_like(base_id: str) -> frozenset[str]:
    """Ids of the installed models that speak as ``base_id`` does; with '' for replies without a model if that is Wren.

    A model that was deleted is not among them: what it said must not come back in another one.
    """
    from chatbot.worker.installed_engine import SHIPPED_MODEL_ID, installed_models
    manifests = {model.id: model.package.manifest for model in installed_models().list() if model.package is not None}
    voices = {id: _voice(manifest, manifests) for id, manifest in manifests.items()}
    wanted = voices.get(base_id or SHIPPED_MODEL_ID, "")
    return frozenset(id for id, voice in voices.items() if voice == wanted) | ({""} if wanted == "" else set())


def _voice(manifest: Manifest, manifests: dict[str, Manifest]) -> str:
    """'' for Wren, whoever trained it; else the id of the first model that spoke like this person."""
    from chatbot.engine.roles import BOT
    for _ in range(len(manifests)):
        role = manifest.roles.get("bot", BOT)
        if role == BOT:
            return ""
        parent = manifests.get(manifest.parent or "")
        if parent is None or parent.roles.get("bot", BOT) != role:
            break
        manifest = parent
    return manifest.id


def read_own_talks(job: PersonalJob, base: BaseModel, options: ReadOptions) -> PersonalTalks:
    """What ``job`` learns from the own chats, encoded. Raises what ``open_own_chats`` does, and ``TrainingError``."""
    from chatbot.chatlogs.own_chats import is_generated
    from chatbot.chatlogs.own_replies import WEIGHTS
    from chatbot.chatlogs.sessions import SessionOptions
    from chatbot.training.personal.talks import encode_talks
    masked: PrivateDataOptions = options.private_data
    with open_own_chats(base.id, options, job.until) as log:
        speaker = _speaker(log, job)
        sessions = SessionOptions(private_data=masked)
        talks = encode_talks(base.tokenizer, _labelled(log, sessions, speaker), frozenset({speaker}),
                             _cast(PersonalMode(job.mode), speaker, base), is_generated)
        # Only kinds with weight: a thumb down for a reply that counts nothing must not look like another log.
        talks.counts |= {f"{kind}_replies": log.report.replies.get(kind, 0)
                         for kind, weight in WEIGHTS.items() if weight}
        return talks


def _speaker(log: ChatLog, job: PersonalJob) -> str:
    """The id of whose words are learned: without a choice the user's to know them, the program's to talk better."""
    from chatbot.chatlogs.own_chats import BOT_ID, BOT_NAME, USER_ID, USER_NAME
    usual = USER_ID if job.mode == PersonalMode.ME else BOT_ID
    found = {id for name in job.speakers or (usual,) for id in log.speaker_ids(name) or (name,)}
    if len(found) != 1 or not found <= {USER_ID, BOT_ID}:
        raise ImportProblem(f"Your conversations with this program have two speakers, {USER_NAME} and {BOT_NAME}; "
                            "choose one of them.", code="import_speaker")
    if job.mode == PersonalMode.ME and found == {BOT_ID}:
        raise TrainingError(f"The mode me learns your own words; choose {USER_NAME}, or the mode person to learn the "
                            f"replies of {BOT_NAME} that you liked.", code="training_me_is_you")
    return found.pop()


def _cast(mode: PersonalMode, speaker: str, base: BaseModel) -> Cast:
    from chatbot.chatlogs.own_chats import BOT_ID
    from chatbot.training.personal.talks import cast_for, own_chats_cast
    if mode is PersonalMode.ME or speaker == BOT_ID:
        return own_chats_cast(mode, base.roles)
    return cast_for(mode, base.free_author)


def _labelled(log: ChatLog, options: SessionOptions, speaker: str) -> Iterator[tuple[object, Session]]:
    """The sessions in which something of ``speaker`` counts, split by time among themselves: replies that the user
    liked are few, and chats without any must not take up the part to judge by."""
    from chatbot.chatlogs.sessions import plan_split

    def telling() -> Iterator[Session]:
        return (session for session in log.sessions(options)
                if any(turn.speaker_id == speaker and turn.weight > 0 for turn in session.turns))

    return plan_split(telling()).label(telling())
