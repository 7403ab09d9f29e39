"""Stepping: the network as chat uses it, token by token, with int8 or float32 products.

Equal to ``LanguageModel.forward`` by test (float32), and within 1 % of its perplexity with int8. It is not
``nn.LSTM`` at time 1, because that packs its weights anew on every call and is ten times slower.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from chatbot.engine.cells import MinLstmCell
from chatbot.engine.copy_head import MASKED, CopyMemory, attend, mix_distributions
from chatbot.engine.gelu import CUBIC, LINEAR
from chatbot.engine.log_memory import LogMemory
from chatbot.engine.network import Block, LanguageModel
from chatbot.engine.products import make_product
from chatbot.engine.state import HiddenState

_GELU_LINEAR = torch.tensor(LINEAR)


def _rms_norm(x: Tensor, weight: Tensor) -> Tensor:
    return F.rms_norm(x, weight.shape, weight, 1e-5)


def _gelu(x: Tensor) -> Tensor:
    """The tanh form of GELU, written as x * sigmoid(2 u): equal to rounding, and five times faster for 16 rows."""
    return torch.addcmul(_GELU_LINEAR, x, x, value=CUBIC).mul_(x).sigmoid_().mul_(x)


class _MinLstmStep:
    def __init__(self, cell: MinLstmCell, kernel: str) -> None:
        self.gates = make_product(cell.gates.weight, cell.gates.bias, kernel)

    def advance(self, x: Tensor, state: tuple[Tensor, ...]) -> tuple[Tensor, tuple[Tensor, ...]]:
        """[time, batch, width] to [time, batch, units]: one product for all positions, then the recurrence."""
        time, batch, width = x.shape
        forget, take, content = self.gates(x.reshape(-1, width)).view(time, batch, -1).chunk(3, dim=-1)
        decay = torch.sigmoid(forget)  # not by exp: torch's sigmoid of a few rows is four times faster
        decay = decay / torch.sigmoid(take).add_(decay)
        decay = torch.nan_to_num_(decay, nan=0.5)  # both gates shut so hard that both are 0
        h = state[0]
        if time == 1:
            h = torch.lerp(content[0], h, decay[0])
            return h.unsqueeze(0), (h,)
        states = torch.empty_like(content)
        for t in range(time):
            h = torch.lerp(content[t], h, decay[t], out=states[t])
        return states, (h.clone(),)


class _GatedStep:
    """rnn_tanh, rnn_relu, gru and lstm: the input product for all positions at once, the recurrent one by one."""

    def __init__(self, kind: str, rnn: torch.nn.RNNBase, kernel: str) -> None:
        self.kind = kind
        self.enter = make_product(rnn.weight_ih_l0, rnn.bias_ih_l0, kernel)
        self.recur = make_product(rnn.weight_hh_l0, rnn.bias_hh_l0, kernel)

    def advance(self, x: Tensor, state: tuple[Tensor, ...]) -> tuple[Tensor, tuple[Tensor, ...]]:
        """[time, batch, width] to [time, batch, units]."""
        time, batch, width = x.shape
        entered = self.enter(x.reshape(-1, width)).view(time, batch, -1)
        outputs = []
        for t in range(time):
            state = self._one(entered[t], self.recur(state[0]), state)
            outputs.append(state[0])
        return torch.stack(outputs), state

    def _one(self, entered: Tensor, recurrent: Tensor, state: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        if self.kind == "lstm":
            i, f, g, o = (entered + recurrent).chunk(4, dim=-1)
            c = torch.sigmoid(f) * state[1] + torch.sigmoid(i) * torch.tanh(g)
            return torch.sigmoid(o) * torch.tanh(c), c
        if self.kind == "gru":
            reset_in, update_in, new_in = entered.chunk(3, dim=-1)
            reset_re, update_re, new_re = recurrent.chunk(3, dim=-1)
            update = torch.sigmoid(update_in + update_re)
            new = torch.tanh(new_in + torch.sigmoid(reset_in + reset_re) * new_re)
            return (torch.lerp(new, state[0], update),)
        total = entered + recurrent
        return (torch.tanh(total) if self.kind == "rnn_tanh" else torch.relu(total),)


class _BlockStep:
    def __init__(self, block: Block, kind: str, kernel: str) -> None:
        self.cell_norm = block.cell_norm.weight.detach()
        self.cell = (_MinLstmStep(block.cell, kernel) if isinstance(block.cell, MinLstmCell)
                     else _GatedStep(kind, block.cell.rnn, kernel))
        self.project = make_product(block.project.weight, None, kernel)
        self.has_mlp = block.mlp is not None
        if block.mlp is not None and block.mlp_norm is not None:
            self.mlp_norm = block.mlp_norm.weight.detach()
            self.enter = make_product(block.mlp.enter.weight, block.mlp.enter.bias, kernel)
            self.leave = make_product(block.mlp.leave.weight, block.mlp.leave.bias, kernel)

    def advance(self, x: Tensor, state: tuple[Tensor, ...]) -> tuple[Tensor, tuple[Tensor, ...]]:
        y, state = self.cell.advance(_rms_norm(x, self.cell_norm), state)
        time, batch, width = x.shape
        x = x + self.project(y.reshape(time * batch, -1)).view(time, batch, width)
        if self.has_mlp:
            inner = _gelu(self.enter(_rms_norm(x, self.mlp_norm).reshape(-1, width)))
            x = x + self.leave(inner).view(time, batch, width)
        return x, state


class StepNetwork:
    """A language model for stepping. Holds its own copy of the weights. Not thread-safe: one owner."""

    def __init__(self, model: LanguageModel, copyable: Tensor, kernel: str, memory: LogMemory | None = None) -> None:
        """``copyable`` [vocabulary] bool: the tokens that the copy head may produce; ``memory`` is mixed into every
        distribution and score."""
        self.architecture = model.architecture
        self.kernel = kernel
        self.memory = memory
        self._embedding = model.embedding.weight.detach().float() * model.architecture.width ** 0.5
        self._blocks = [_BlockStep(block, model.architecture.cell, kernel) for block in model.blocks]
        self._norm = model.norm.weight.detach().float()
        self._output = make_product(model.embedding.weight, model.bias, kernel)
        self._copyable = copyable
        self._has_copy = model.copy_head is not None
        if model.copy_head is not None:
            # Key, query and sentinel are small and decide what is copied: they stay in float32.
            head = model.copy_head
            self._key_weight = head.key.weight.detach().float()
            self._ask_weight = torch.cat([head.query.weight * head.scale, head.sentinel.weight]).detach().float()
            self._ask_bias = torch.cat([torch.zeros(head.query.out_features), head.sentinel.bias.detach()]).float()

    def blank_state(self) -> HiddenState:
        """Zeros; one conversation."""
        a = self.architecture
        parts = 2 if a.cell == "lstm" else 1
        cells = tuple(tuple(torch.zeros(1, a.cell_width) for _ in range(parts)) for _ in range(a.blocks))
        return HiddenState(cells, torch.zeros(1, a.copy_window, a.copy_width),
                           torch.full((1, a.copy_window), -1, dtype=torch.int64), torch.zeros(1, a.copy_width), 0)

    def advance(self, tokens: Tensor, state: HiddenState) -> Tensor:
        """Feed ``tokens`` [time, batch], change ``state`` in place, return the hidden vectors [time, batch, width]."""
        hidden = self._hidden(tokens, state)
        if self._has_copy:
            keys = F.linear(hidden, self._key_weight).half().float()
            self._remember(tokens, keys, state)
        return hidden

    def _hidden(self, tokens: Tensor, state: HiddenState) -> Tensor:
        x = self._embedding[tokens]
        cells = []
        for block, cell in zip(self._blocks, state.cells, strict=True):
            x, cell = block.advance(x, cell)
            cells.append(cell)
        state.cells = tuple(cells)
        return _rms_norm(x, self._norm)

    def _remember(self, tokens: Tensor, keys: Tensor, state: HiddenState) -> None:
        """Write pairs of key and the token that followed it into the ring; the newest key waits for its follower."""
        window, time = self.architecture.copy_window, tokens.shape[0]
        followers = torch.where(self._copyable[tokens], tokens, -1)
        if time == 1 and state.count:
            place = (state.count - 1) % window
            state.keys[:, place] = state.pending
            state.followers[:, place] = followers[0]
        elif time > 1:
            before = torch.cat([state.pending.unsqueeze(0), keys[:-1]])
            first = max(1 if state.count == 0 else 0, time - window)  # the very first token has no key before it
            places = (state.count - 1 + torch.arange(first, time)) % window
            state.keys[:, places] = before[first:].transpose(0, 1)
            state.followers[:, places] = followers[first:].t()
        state.pending = keys[-1]
        state.count += time

    def distribution(self, hidden: Tensor, state: HiddenState) -> Tensor:
        """Next-token log-probabilities [batch, vocabulary] after the last fed token, whose hidden vector [batch, width]
        ``advance`` returned."""
        logs = self._model_distribution(hidden, state)
        return logs if self.memory is None else self.memory.mixed(logs, hidden, state.last_token())

    def _model_distribution(self, hidden: Tensor, state: HiddenState) -> Tensor:
        logits = self._output(hidden)
        if not self._has_copy:
            return torch.log_softmax(logits, dim=-1)
        queries, sentinel = self._asked(hidden)
        kept = max(1, min(state.count - 1, state.keys.shape[1]))  # the rest of the ring was never written
        keys, followers = state.keys[:, :kept], state.followers[:, :kept]
        # The query on the left: for many rows torch's product with a column on the right is seven times slower.
        scores = torch.bmm(queries.unsqueeze(1), keys.transpose(1, 2)).squeeze(1)
        return mix_distributions(logits, scores.masked_fill_(followers < 0, MASKED), sentinel, followers.clamp(min=0))

    def _asked(self, hidden: Tensor) -> tuple[Tensor, Tensor]:
        """Scaled queries [..., copy_width] and sentinel scores [...]."""
        asked = F.linear(hidden, self._ask_weight, self._ask_bias)
        return asked[..., :-1], asked[..., -1]

    def score(self, tokens: Tensor, targets: Tensor, state: HiddenState) -> Tensor:
        """Log-probability [time, batch] of every target after feeding ``tokens`` up to it; ``state`` moves on."""
        chances, hidden = self.score_with_hidden(tokens, targets, state)
        if self.memory is None:
            return chances
        return self.memory.mixed_targets(chances, hidden, torch.where(self._copyable[tokens], tokens, -1), targets)

    def score_with_hidden(self, tokens: Tensor, targets: Tensor, state: HiddenState) -> tuple[Tensor, Tensor]:
        """``score`` without the memory, and the hidden vectors [time, batch, width]."""
        memory = self._memory_before(tokens, state) if self._has_copy else None
        hidden = self._hidden(tokens, state)
        flat = targets.reshape(-1, 1)
        logits = self._output(hidden.reshape(-1, hidden.shape[-1]))
        chances = (logits.gather(1, flat).squeeze(1) - torch.logsumexp(logits, dim=-1)).view(targets.shape)
        if memory is None:
            return chances, hidden
        keys = F.linear(hidden, self._key_weight).half().float()
        self._remember(tokens, keys, state)
        queries, sentinel = self._asked(hidden)
        followers = torch.where(self._copyable[targets], targets, -1)
        kept, copied, _ = attend(memory, keys, queries, sentinel, followers, torch.zeros_like(tokens), targets,
                                 self.architecture.copy_window)
        return torch.logaddexp(kept + chances, copied), hidden

    def _memory_before(self, tokens: Tensor, state: HiddenState) -> CopyMemory:
        """The written part of the ring in order of time, the waiting key completed with the first of ``tokens``."""
        window = self.architecture.copy_window
        kept = max(1, min(state.count, window))
        order = (state.count - kept + torch.arange(kept)) % window
        keys, followers = state.keys[:, order], state.followers[:, order]  # indexing by a tensor copies
        if state.count:
            keys[:, -1] = state.pending
            followers[:, -1] = torch.where(self._copyable[tokens[0]], tokens[0], -1)
        return CopyMemory(keys, followers, torch.zeros_like(followers))
