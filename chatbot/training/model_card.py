"""The model card: Markdown made from measured numbers only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chatbot.training.export import ExportedRun
from chatbot.training.recipe import recipe_hash

Chat = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything the card reports. ``held_out`` and ``held_out_int8`` are tables of ``held_out.held_out_table``."""

    parameters: int
    held_out: Mapping[str, Mapping[str, float]]
    held_out_int8: Mapping[str, Mapping[str, float]]
    chats: Sequence[Chat]
    cards: Mapping[str, Mapping[str, float]]
    """Per dialogue card (memory also per distance): ``rate``, ``low``, ``high`` (Wilson interval), ``items``."""
    dialogue: Mapping[str, float]


def model_card(model_id: str, run: ExportedRun, measured: Measured, notes: str) -> str:
    """The whole card. ``notes`` is hand-written Markdown (limits, experiments) put in as it is."""
    parts = [_head(model_id, run, measured), _held_out(measured), _cards(measured), notes.strip(), _chats(measured),
             _data(run)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(model_id: str, run: ExportedRun, measured: Measured) -> str:
    model = run.recipe.model
    return f"""# {model_id}

A small recurrent language model that chats in English as Wren. It runs on an ordinary processor, keeps a conversation's
whole memory in a state of some 80 kilobytes, and is honest about being a program. It is not a source of facts.

| property | value |
| --- | --- |
| parameters | {measured.parameters:,} |
| network | {model.blocks} residual blocks of width {model.width}: {model.cell} cell with {model.cell_width} units, \
MLP {model.mlp_width}; tied embeddings, copy head over {model.copy_window} positions |
| vocabulary | {model.vocabulary_size:,} sub-words (sentencepiece unigram, byte fallback), trained on the same text |
| recipe | `{run.recipe.name}.toml`, SHA-256 {recipe_hash(run.recipe_text)}, seed {run.recipe.seed} |
| tokens seen | {run.tokens_seen:,} |
| training time | {run.hours:.1f} hours of optimiser steps on a two-core machine without a GPU, shared with other work |
| weights | float16; chatting uses int8 where the processor has the kernel |"""


def _held_out(measured: Measured) -> str:
    rows = ["## Held-out text", "",
            "Perplexity per word (words and punctuation marks, the end of a turn counted; nats of all tokens, role "
            "tokens included) and bits per byte on text that was never trained on. `chatbot evaluate heldout` measures "
            "it.",
            "", "| group | perplexity | bits per byte | nats per token | perplexity, int8 | tokens |",
            "| --- | --: | --: | --: | --: | --: |"]
    for group, values in measured.held_out.items():
        int8 = measured.held_out_int8.get(group, {}).get("perplexity_per_word", float("nan"))
        rows.append(f"| {group} | {values['perplexity_per_word']:.2f} | {values['bits_per_byte']:.3f} | "
                    f"{values['nats_per_token']:.3f} | {int8:.2f} | {values['tokens']:,.0f} |")
    return "\n".join(rows)


def _cards(measured: Measured) -> str:
    if not measured.cards and not measured.dialogue:
        return ""
    rows = ["## Dialogue", "", "Rates with 95 % Wilson intervals, fixed seeds, default settings; the items are kept "
            "out of training. `chatbot evaluate dialogue` prints them.", "", "| card | rate | interval | items |",
            "| --- | --: | --- | --: |"]
    rows += [f"| {name} | {100 * card['rate']:.0f} % | {100 * card['low']:.0f}-{100 * card['high']:.0f} % | "
             f"{card['items']:.0f} |" for name, card in measured.cards.items()]
    if measured.dialogue:
        rows += ["", "| measure | value |", "| --- | --: |"]
        rows += [f"| {name.replace('_', ' ')} | {value:.4g} |" for name, value in measured.dialogue.items()]
    return "\n".join(rows)


def _chats(measured: Measured) -> str:
    parts = [f"## {len(measured.chats)} chats, unedited",
             "The user's lines are in `chatbot/training/sample_chats.txt`, the seeds follow from the number of the "
             "chat and of the line; nothing was chosen."]
    for number, chat in enumerate(measured.chats, 1):
        lines = [f"**{number}**", ""]
        for user, reply in chat:
            lines += [f"> {_plain(user)}  ", f"Wren: {_plain(reply)}", ""]
        parts.append("\n".join(lines).rstrip())
    return "\n\n".join(parts)


def _plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    for character in "\\`*_{}[]<>#|":
        text = text.replace(character, "\\" + character)
    return text.replace("\n", " / ") or "(nothing)"


def _data(run: ExportedRun) -> str:
    rows = ["## Data and licences", "",
            "Trained on these texts; thanks to their authors. The weights may be given away under the terms of the "
            "strictest of them, CC-BY-SA-4.0. `replay.safetensors` holds a sample of them as tokens, against "
            "forgetting in personal models; each text in it keeps its own licence.",
            "", "| source | licence | from |", "| --- | --- | --- |"]
    used = run.recipe.sources
    rows += [f"| {entry.name} | {entry.licence} | {entry.origin} |" for entry in run.recipe.data if entry.name in used]
    return "\n".join(rows)
