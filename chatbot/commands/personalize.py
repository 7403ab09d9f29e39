"""``chatbot personalize``: from chat exports or own chats to a personal model, and honestly whether it helped."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chatbot.commands.interrupting import ctrl_c_sets
from chatbot.commands.personalize_output import PersonalOutput

if TYPE_CHECKING:
    from chatbot.core.personal import PersonalJob, PersonalResult

KINDS = ("link", "email", "iban", "card", "phone", "address", "number", "name")
MODES = ("person", "me", "instant")
OWN_TITLE = "My Wren"


@click.command("personalize", short_help="Make a personal model from chat exports or own chats.")
@click.argument("files", metavar="[FILE...]", nargs=-1, type=click.Path(path_type=Path))
@click.option("--own-chats", is_flag=True,
              help="Learn from your conversations with this program instead of files: your words, and the replies that "
                   "you edited, liked or kept after another version.")
@click.option("--speaker", "speakers", metavar="NAME", multiple=True,
              help="Whose messages to learn from, as `chatbot import` lists them. Several, if one person has several "
                   "names. Own chats have the speakers You and Wren, and need no choice.")
@click.option("--name", "model_id", metavar="ID", required=True, help="The id of the new model: small letters, digits "
              "and dashes.")
@click.option("--title", metavar="TEXT", help="The name that is shown; without it the speaker's name.")
@click.option("--mode", type=click.Choice(MODES),
              help="person: talk like the speaker (usual with files). me: learn the speaker's language and go on as "
                   "before (usual with own chats). instant: talk like the speaker from a memory of the log, nothing is "
                   "trained.")
@click.option("--model", "base_id", metavar="ID", default="", help="The model to start from; without it the one that "
              "ships.")
@click.option("--minutes", type=click.FloatRange(0, 600, min_open=True), default=10.0, show_default=True,
              help="Train at most about this long.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True,
              help="The same seed and log give the same model, if the time limit does not cut it short.")
@click.option("--threads", type=click.IntRange(1), help="Processor threads to use; without it half of them.")
@click.option("--date-order", type=click.Choice(["dmy", "mdy", "ymd"]), help="As for `chatbot import`.")
@click.option("--name-to-mask", "names", metavar="NAME", multiple=True, help="Mask this name; may be given many times.")
@click.option("--keep", "kept_kinds", type=click.Choice(KINDS), multiple=True,
              help="Do not mask this kind of private data; may be given many times.")
@click.option("--fresh", "is_fresh", is_flag=True, help="Give up an unfinished training of this name and begin anew.")
@click.option("--guess", "is_guessing", is_flag=True,
              help="Play a guessing game at the end: find the real answers among the models'.")
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object a line: progress, then the result.")
@click.option("--listen", "is_listening", is_flag=True, hidden=True,
              help="Obey the words pause, resume and stop on standard input; its end means stop.")
def command(files: tuple[Path, ...], own_chats: bool, speakers: tuple[str, ...], model_id: str, title: str | None,
            mode: str | None, base_id: str, minutes: float, seed: int, threads: int | None, date_order: str | None,
            names: tuple[str, ...], kept_kinds: tuple[str, ...], is_fresh: bool, is_guessing: bool,
            is_json: bool, is_listening: bool) -> None:
    """Learn from FILEs (any exports that `chatbot import` reads), or with --own-chats from your conversations with this
    program, and keep the result if it helped.

    The newest messages are held out and never learned from; on them the model is judged. It is kept only if it
    foresees them better, forgets no more than 3 % of what the base model knew, and does not recite the log. Private
    data is masked first. Ctrl+C stops; the same command goes on where it stopped.
    """
    from chatbot.core.personal import PersonalJob
    check_source(files, own_chats)
    if not own_chats and not speakers:
        raise click.UsageError("Missing option '--speaker'; `chatbot import` lists who writes in a file.")
    if is_guessing and (is_json or is_listening):
        raise click.UsageError("--guess asks questions and --json is for programs; choose one of them.")
    mode = mode or ("me" if own_chats else "person")
    if is_guessing and mode == "me":
        raise click.UsageError("--guess plays with a model that talks like a person; with --mode me no model does.")
    job = PersonalJob(files=files, speakers=speakers, model_id=model_id,
                      title=title or (OWN_TITLE if own_chats else speakers[0]),
                      mode=mode, base_id=base_id, minutes=minutes, seed=seed,
                      date_order=date_order, names=names, kept_kinds=kept_kinds, own_chats=own_chats)
    output = PersonalOutput(is_json)
    stop, pause = threading.Event(), threading.Event()
    if is_listening:
        threading.Thread(target=_listen, args=(stop, pause), name="listen", daemon=True).start()
    with ctrl_c_sets(stop):
        result = _run(job, output, stop, pause, threads, is_fresh)
    if is_guessing:
        from chatbot.commands.guessing_game import play
        play(result.blind_examples)


def check_source(files: tuple[Path, ...], own_chats: bool) -> None:
    """Refuse neither and both."""
    if own_chats and files:
        raise click.UsageError("Files and --own-chats cannot be learned from together; choose one of them.")
    if not own_chats and not files:
        raise click.UsageError("Missing argument 'FILE...' (or --own-chats for your conversations with this program).")


def _run(job: PersonalJob, output: PersonalOutput, stop: threading.Event, pause: threading.Event,
         threads: int | None, is_fresh: bool) -> PersonalResult:
    from chatbot.core.errors import KnownError
    from chatbot.worker.personal_job import forget_job, run_job
    if is_fresh:
        forget_job(job.model_id)
    try:
        result = run_job(job, output.report, stop, pause, threads=threads)
    except KnownError as error:
        output.close()
        if error.code == "training_stopped":
            click.echo(f"\n{error}", err=True)
            raise KeyboardInterrupt from error
        raise
    output.close()
    output.result(result, job.model_id)
    return result


def _listen(stop: threading.Event, pause: threading.Event) -> None:
    """Words from whoever started this process. It going away is the end of the input, and means stop."""
    actions = {"pause": pause.set, "resume": pause.clear, "stop": stop.set}
    for line in sys.stdin:
        actions.get(line.strip(), lambda: None)()
    stop.set()
