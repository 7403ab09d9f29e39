"""The panel beside the transcript: how the next token is drawn and how a reply is chosen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from chatbot.core.replies import Distribution
from chatbot.core.sampling import Sampling


class SettingsPanel(QWidget):
    """All sampling options, presets, the mark of a conversation's own settings, and the live picture.

    Signals:
        sampling_changed(object): the user moved something; the new ``Sampling``, at most 30 times a second.
        overrides_wanted(bool): "use for this conversation only" was switched by the user.
        distribution_wanted(): the picture is visible and out of date; at most 30 times a second.
    """

    sampling_changed = Signal(object)
    overrides_wanted = Signal(bool)
    distribution_wanted = Signal()

    def show_sampling(self, sampling: Sampling, is_overridden: bool) -> None:
        """Show ``sampling`` without emitting; ``is_overridden``: it belongs to this conversation alone."""

    def set_default_sampling(self, sampling: Sampling) -> None:
        """What "Reset to default" goes back to."""

    def set_distribution(self, distribution: Distribution | None) -> None:
        """Show the next-token distribution; None: there is nothing to show now."""

    def set_last_seed(self, seed: int | None) -> None:
        """The seed that the shown reply really used."""
