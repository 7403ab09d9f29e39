"""``chatbot import``: reads chat exports and tells what is in them; nothing is stored or trained."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chatbot.commands.personalize import check_source
from chatbot.core.errors import ImportProblem

if TYPE_CHECKING:
    from chatbot.chatlogs.chat_log import ChatLog
    from chatbot.chatlogs.records import ReadOptions
    from chatbot.chatlogs.report import ImportReport

DATE_ORDERS = ("dmy", "mdy", "ymd")


@click.command("import", short_help="Read chat exports and report what is in them.")
@click.argument("files", metavar="[FILE...]", nargs=-1, type=click.Path(path_type=Path))
@click.option("--own-chats", is_flag=True, help="Report on your conversations with this program instead of files.")
@click.option("--json", "is_json", is_flag=True, help="Print the report as one JSON object.")
@click.option("--date-order", type=click.Choice(DATE_ORDERS),
              help="How dates such as 01/02/24 are written: day, month or year first. Only asked if the log leaves "
                   "it open.")
@click.option("--speaker-column", metavar="NAME", help="For a table: the column (name or number) of the speaker.")
@click.option("--text-column", metavar="NAME", help="For a table: the column of the text.")
@click.option("--time-column", metavar="NAME", help="For a table: the column of the time.")
@click.option("--name", "names", metavar="NAME", multiple=True,
              help="Count this name as private data; may be given many times.")
@click.option("--review", "review_count", metavar="N", type=click.IntRange(0, 100_000), default=0,
              help="Also list the first N private findings with the words around them.")
def command(files: tuple[Path, ...], own_chats: bool, is_json: bool, date_order: str | None, speaker_column: str | None,
            text_column: str | None, time_column: str | None, names: tuple[str, ...], review_count: int) -> None:
    """Read FILEs (exports of WhatsApp, Telegram, Discord, Messenger, Slack, Signal and more; zip files and folders
    too) and report the format, what was read, used and skipped and why, who writes, and private data by kind.

    Several exports of one chat are merged. Nothing leaves this computer, and nothing is stored.
    """
    from chatbot.chatlogs.records import Columns, DateOrder, PrivateDataOptions, ReadOptions
    check_source(files, own_chats)
    options = ReadOptions(DateOrder(date_order) if date_order else None,
                          Columns(speaker_column, text_column, time_column), PrivateDataOptions(names=names))
    try:
        log = _read_own(options) if own_chats else _read(files, options, is_quiet=is_json)
    except ImportProblem as problem:
        if is_json:
            _print_failure(problem)
        raise
    with log:
        review = [_item(item) for item in log.review_list(options.private_data, review_count)] if review_count else []
        if is_json:
            _print_json({**log.report.to_dict(), "review": review} if review_count else log.report.to_dict())
        else:
            _print_report(log.report, review)


def _read_own(options: ReadOptions) -> ChatLog:
    from chatbot.worker.own_chats import open_own_chats
    return open_own_chats("", options)


def _read(files: tuple[Path, ...], options: ReadOptions, is_quiet: bool) -> ChatLog:
    """Read; a person at the terminal is asked what the log leaves open."""
    from chatbot.chatlogs.reading import read_log
    while True:
        with _Progress(is_quiet) as progress:
            log = read_log(files, replace(options, on_progress=progress.show))
        question = log.report.question
        if question is None or is_quiet or not (sys.stdin.isatty() and sys.stderr.isatty()):
            return log
        log.close()
        click.echo(question.sentence, err=True)
        options = _answered(options, log.report)


def _answered(options: ReadOptions, report: ImportReport) -> ReadOptions:
    from chatbot.chatlogs.date_order import DateQuestion
    from chatbot.chatlogs.records import Columns, DateOrder
    question = report.question
    if isinstance(question, DateQuestion):
        choices = [reading.order.value for reading in question.readings]
        answer = click.prompt("Which is it", type=click.Choice(choices), err=True)
        return replace(options, date_order=DateOrder(answer))
    columns = click.Choice([str(number) for number in range(1, len(question.columns) + 1)])  # type: ignore[union-attr]
    for number, name in enumerate(question.columns, 1):  # type: ignore[union-attr]
        click.echo(f"  {number}  {name}", err=True)
    speaker = click.prompt("Column of the speaker", type=columns, err=True, show_choices=False)
    text = click.prompt("Column of the text", type=columns, err=True, show_choices=False)
    return replace(options, columns=Columns(speaker, text, options.columns.time))


class _Progress:
    """A progress bar on the terminal while a file is read; nothing when the output is not a terminal."""

    def __init__(self, is_quiet: bool) -> None:
        self._is_quiet = is_quiet or not sys.stderr.isatty()
        self._bar: Any = None
        self._file = ""

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def show(self, progress: Any) -> None:
        """Draw ``progress`` (a ``ReadProgress``)."""
        if self._is_quiet:
            return
        from tqdm import tqdm
        if self._bar is None or progress.file_name != self._file:
            if self._bar is not None:
                self._bar.close()
            self._file = progress.file_name
            self._bar = tqdm(total=progress.total_bytes, unit="B", unit_scale=True, desc=progress.file_name,
                             leave=False)
        self._bar.n = progress.bytes_read
        self._bar.refresh()


def _print_json(values: dict[str, Any]) -> None:
    click.echo(json.dumps(values, ensure_ascii=False))


def _print_failure(problem: ImportProblem) -> None:
    """A report also of what cannot be read at all: every file with its sentence."""
    report = problem.details.get("report")
    values = report.to_dict() if report is not None else {"format": None, "read": 0,
                                                          "used": 0}  # type: ignore[attr-defined]
    _print_json({**values, "problem": {"code": problem.code, "sentence": str(problem)}})


def _item(item: Any) -> dict[str, str]:
    return {"kind": item.kind, "found": item.found, "before": item.before, "after": item.after,
            "speaker": item.speaker}


def _print_report(report: ImportReport, review: list[dict[str, str]]) -> None:
    from chatbot.chatlogs.report import iso_time
    for file in report.files[:20]:
        click.echo(f"{file.name}: {file.problem if file.format is None else _file_line(file)}")
    if len(report.files) > 20:
        click.echo(f"… and {len(report.files) - 20:,} more files")
    click.echo(f"read {report.read:,}, used {report.used:,}" + _counted(", skipped: ", report.skipped))
    if report.cleaned:
        click.echo("left out of used messages: " + _counted("", report.cleaned))
    click.echo(f"conversations: {report.conversations:,}")
    if report.first_time is not None:
        click.echo(f"from {iso_time(report.first_time)} to {iso_time(report.last_time)}")
    for speaker in report.speakers[:30]:
        mark = " (probably you)" if report.suggested_me and report.suggested_me.speaker_id == speaker.id else ""
        part = f", of which {speaker.learnable:,} can be learned from" if speaker.weighty is not None else ""
        click.echo(f"  {speaker.messages:9,}  {speaker.name}{mark}{part}")
    if len(report.speakers) > 30:
        click.echo(f"  … and {len(report.speakers) - 30:,} more people")
    if report.replies:
        click.echo(_counted("replies: ", report.replies) + "; those edited, liked or kept are learned from, the others "
                   "are read as what you answered to")
    click.echo("private data: " + (_counted("", report.private_data) or "none found"))
    for item in review:
        click.echo(f"  {item['kind']:8} …{item['before']}[{item['found']}]{item['after']}…".replace("\n", " "))
    for line in report.bad_lines:
        click.echo(f"  {line.file_name}, entry {line.line}: {line.reason}: {line.excerpt}")
    for note in report.notes:
        click.echo(note)
    if report.question is not None:
        click.echo(report.question.sentence + " Answer with " + _answering_option(report) + ".")


def _file_line(file: Any) -> str:
    order = "" if file.date_order is None else f", dates {file.date_order}" + (
        " (proven)" if file.is_date_order_proven else "")
    return f"{file.format}, {file.used:,} of {file.read:,} used{order}" + (f". {file.problem}" if file.problem else "")


def _counted(before: str, counts: dict[str, int]) -> str:
    return before + ", ".join(f"{kind.replace('_', ' ')} {count:,}" for kind, count in counts.items()) if counts else ""


def _answering_option(report: ImportReport) -> str:
    from chatbot.chatlogs.date_order import DateQuestion
    if isinstance(report.question, DateQuestion):
        return "--date-order " + " or ".join(reading.order.value for reading in report.question.readings)
    return "--speaker-column and --text-column"
