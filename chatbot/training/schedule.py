"""Learning-rate schedules as pure functions of the tokens seen."""

from __future__ import annotations

import math

from chatbot.training.recipe import Optimisation


def learning_rate(optimisation: Optimisation, tokens_seen: int, tokens: int) -> float:
    """The rate for the step that begins after ``tokens_seen`` of ``tokens``.

    Linear warm-up, then: ``cosine`` (Loshchilov & Hutter 2017, arXiv 1608.03983), ``linear``, ``constant``, or
    ``warmup_stable_decay`` (Hu et al. 2024, arXiv 2404.06395): level until the last ``decay_tokens``, then linear.
    """
    o = optimisation
    peak, least = o.learning_rate, o.learning_rate * o.final_share
    if tokens_seen < o.warm_up_tokens:
        return peak * (tokens_seen + 1) / (o.warm_up_tokens + 1)
    if o.schedule == "constant":
        return peak
    begin = max(o.warm_up_tokens, tokens - o.decay_tokens) if o.schedule == "warmup_stable_decay" else o.warm_up_tokens
    share = min(1.0, max(0.0, (tokens_seen - begin) / max(1, tokens - begin)))
    if o.schedule == "cosine":
        return least + (peak - least) * 0.5 * (1.0 + math.cos(math.pi * share))
    return peak + (least - peak) * share
