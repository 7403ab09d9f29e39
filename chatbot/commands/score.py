"""``chatbot score``: how probable a text is to the model, line by line, and its perplexity."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from chatbot.commands.engine_loading import load_engine_for, model_option
from chatbot.core.errors import KnownError

if TYPE_CHECKING:
    from chatbot.engine.language_engine import LineScore


@dataclass(slots=True)
class Total:
    """The sum over all lines. Log-probabilities are natural (nats)."""

    lines: int = 0
    log_probability: float = 0.0
    tokens: int = 0
    words: int = 0
    bytes: int = 0

    def add(self, score: LineScore) -> None:
        """One more line."""
        self.lines += 1
        self.log_probability += score.log_probability
        self.tokens += score.tokens
        self.words += score.words
        self.bytes += len(score.text.encode("utf-8", "replace"))

    def record(self) -> dict[str, object]:
        """The sums and what follows from them; None where there is nothing to divide by."""
        return {"lines": self.lines, "words": self.words, "tokens": self.tokens, "bytes": self.bytes,
                "log_probability": self.log_probability,
                "perplexity_per_word": perplexity(self.log_probability, self.words),
                "perplexity_per_token": perplexity(self.log_probability, self.tokens),
                "bits_per_byte": -self.log_probability / math.log(2) / self.bytes if self.bytes else None}


@click.command("score", short_help="Log-probability and perplexity of a text.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True))
@model_option
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object a line, the totals in the last one.")
def command(file: Path, model_id: str | None, is_json: bool) -> None:
    """Print the log-probability of every line of FILE (- for standard input) and the perplexity of all of it.

    FILE is UTF-8 text; empty lines are left out. Log-probabilities are natural logarithms. Perplexity is per word
    (words and punctuation marks) unless it says per token.
    """
    with _opened(file) as source:
        engine = load_engine_for(model_id)
        total = Total()
        for number, score in enumerate(engine.score(_with_progress(_texts(source, file), file)), 1):
            total.add(score)
            _print_line(number, score, is_json)
    if total.lines == 0:
        raise KnownError(f"{file} has no text to score.", code="empty")
    record = total.record()
    if is_json:
        click.echo(json.dumps({"total": record, "model": engine.summary.id}))
    else:
        click.echo(_summary(record))


def perplexity(log_probability: float, count: int) -> float | None:
    """exp of the mean negative log-probability; None without a count, infinite where it is too large to write."""
    if count == 0:
        return None
    exponent = -log_probability / count
    return math.exp(exponent) if exponent < 700 else math.inf


def _print_line(number: int, score: LineScore, is_json: bool) -> None:
    if is_json:
        record = {"line": number, "text": score.text, "log_probability": score.log_probability,
                  "tokens": score.tokens, "words": score.words,
                  "perplexity_per_word": perplexity(score.log_probability, score.words)}
        click.echo(json.dumps(record, ensure_ascii=False))
    else:
        click.echo(f"{score.log_probability:10.2f}  {score.text}")


def _summary(record: dict[str, object]) -> str:
    return (f"{record['lines']} lines, {record['words']} words, {record['tokens']} tokens: "
            f"perplexity {_short(record['perplexity_per_word'])} per word, "
            f"{_short(record['perplexity_per_token'])} per token, {_short(record['bits_per_byte'])} bits per byte")


def _short(value: object) -> str:
    return "–" if value is None else f"{value:.2f}"


def _opened(file: Path) -> BinaryIO:
    return sys.stdin.buffer if str(file) == "-" else file.open("rb")


def _texts(source: BinaryIO, file: Path) -> Iterator[str]:
    """The lines that hold text, without their ends."""
    for number, line in enumerate(source, 1):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        except UnicodeDecodeError as error:
            raise KnownError(f"{file} is not UTF-8 text (line {number}, byte {error.start + 1}); convert it first.",
                             code="encoding") from error
        if text:
            yield text


def _with_progress(texts: Iterator[str], file: Path) -> Iterator[str]:
    if not sys.stderr.isatty() or sys.stdout.isatty():  # a bar between printed lines helps nobody
        yield from texts
        return
    from tqdm import tqdm
    yield from tqdm(texts, desc=f"Scoring {file.name}", unit=" lines", leave=False)
