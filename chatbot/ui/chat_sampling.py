"""Sampling settings of the shown conversation: the default ones or its own, and the next-token distribution."""

from __future__ import annotations

import json

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from chatbot.core.errors import KnownError, Problem
from chatbot.core.messages import Conversation, Role
from chatbot.core.protocols import ChatStore, EngineHandle, WindowSettings
from chatbot.core.replies import Distribution, DistributionRequest, Turn
from chatbot.core.sampling import Sampling
from chatbot.ui.chat_language_model import ChatLanguageModel
from chatbot.ui.chat_replies import USELESS_MEMORY, ChatReplies

SAVE_DELAY_MS = 400


class ChatSampling(QObject):
    """Passes a changed setting to running replies at once, and to the store or the settings file a moment later."""

    shown = Signal(object, bool)
    """(Sampling, whether it belongs to this conversation alone)"""
    distribution_changed = Signal(object)
    """(Distribution | None)"""
    problem_raised = Signal(object)

    def __init__(self, store: ChatStore, engine: EngineHandle, settings: WindowSettings, replies: ChatReplies,
                 language_model: ChatLanguageModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._engine = engine
        self._settings = settings
        self._replies = replies
        self._language_model = language_model
        self._conversation: Conversation | None = None
        self.sampling = settings.sampling
        self.is_overridden = False
        self._last_job_id = 0
        self._has_unsaved = False
        self._save_timer = QTimer(self)
        self._save_timer.setSingleShot(True)
        self._save_timer.setInterval(SAVE_DELAY_MS)
        self._save_timer.timeout.connect(self.save)
        engine.distribution_ready.connect(self._on_distribution_ready)
        engine.job_failed.connect(self._on_job_failed)

    def show(self, conversation: Conversation) -> None:
        """The settings of ``conversation`` are shown from now on."""
        self.save()
        self._conversation = conversation
        self.sampling, self.is_overridden = self.sampling_of(conversation), conversation.sampling_json is not None
        self.shown.emit(self.sampling, self.is_overridden)

    def sampling_of(self, conversation: Conversation) -> Sampling:
        """What the replies of ``conversation`` are drawn with."""
        if conversation.sampling_json is None:
            return self._settings.sampling
        try:
            overrides = json.loads(conversation.sampling_json)
        except ValueError:
            overrides = None
        if not isinstance(overrides, dict):
            return self._settings.sampling
        return self._settings.sampling.with_overrides(overrides)[0]

    @Slot(object)
    def change(self, sampling: Sampling) -> None:
        """The user moved something; it applies to the next token."""
        self.sampling = sampling
        self._has_unsaved = True
        if not self.is_overridden:
            self._settings.sampling = sampling
        if self._conversation is not None:
            self._replies.set_sampling(self._conversation.id, sampling)
        self._save_timer.start()

    @Slot(bool)
    def set_overridden(self, is_overridden: bool) -> None:
        """Give this conversation settings of its own, starting from the present ones, or take them away."""
        if self._conversation is None or is_overridden == self.is_overridden:
            return
        self.is_overridden = is_overridden
        self.sampling = self.sampling if is_overridden else self._settings.sampling
        self._has_unsaved = True
        self._replies.set_sampling(self._conversation.id, self.sampling)
        self._store_overrides()
        self.shown.emit(self.sampling, self.is_overridden)

    @Slot()
    def save(self) -> None:
        """Keep what was changed."""
        self._save_timer.stop()
        if not self._has_unsaved:
            return
        if self.is_overridden:
            self._store_overrides()
            return
        self._has_unsaved = False
        try:
            self._settings.save()
        except KnownError as error:
            self.problem_raised.emit(Problem.from_error(error))

    def _store_overrides(self) -> None:
        self._has_unsaved = False
        if self._conversation is None:
            return
        value = self.sampling.to_json() if self.is_overridden else None
        try:
            self._store.set_sampling(self._conversation.id, value)
        except KnownError as error:
            self.problem_raised.emit(Problem.from_error(error))

    @Slot()
    def request_distribution(self) -> None:
        """Ask what would be likely as the first token of the latest reply; nothing if no model is loaded."""
        if self._conversation is None:
            return
        try:
            conversation = self._store.conversation(self._conversation.id)
            model_id = self._language_model.loaded_id(conversation.model_id or self._settings.model_id)
            if model_id is not None:
                self._engine.request_distribution(self._distribution_request(conversation, model_id))
        except KnownError as error:
            self.problem_raised.emit(Problem.from_error(error))

    def _distribution_request(self, conversation: Conversation, model_id: str) -> DistributionRequest:
        place = conversation.head_id
        if place is not None:
            head = self._store.message(place)
            place = head.parent_id if head.role == Role.BOT else place
        state, later = self._store.nearest_state(place, model_id)
        self._last_job_id -= 1  # below zero, so that it is never the number of a reply
        return DistributionRequest(self._last_job_id, model_id,
                                   tuple(Turn(each.role, each.text, each.id) for each in later), self.sampling, state)

    @Slot(object)
    def _on_job_failed(self, problem: Problem) -> None:
        """Saved memory that is of no use to the loaded model is dropped; the text is read instead, once."""
        loaded = self._language_model.status.summary
        if problem.job_id != self._last_job_id or problem.code not in USELESS_MEMORY or loaded is None:
            return
        try:
            if self._store.forget_states(loaded.id):
                self.request_distribution()
        except KnownError as error:
            self.problem_raised.emit(Problem.from_error(error))

    @Slot(object)
    def _on_distribution_ready(self, distribution: Distribution) -> None:
        if distribution.job_id == self._last_job_id:
            self.distribution_changed.emit(distribution)
