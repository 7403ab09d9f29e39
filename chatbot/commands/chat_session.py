"""The interactive chat: a prompt, replies that stream, and a handful of words that begin with a slash."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from pathlib import Path

import click

from chatbot.commands.interrupting import ctrl_c_sets
from chatbot.commands.reply_output import ReplyOutput
from chatbot.commands.terminal_chat import TerminalChat
from chatbot.core.errors import KnownError
from chatbot.core.replies import ReplyEnd, ReplyPiece
from chatbot.core.sampling import OPTIONS_BY_NAME, Sampling

PROMPT = "You: "
HELP = """\
/regenerate     write the last reply anew; the old one is kept
/continue       let the bot go on with its last reply
/forget         the bot forgets what was said until here
/settings       show the sampling settings
/set NAME VALUE change one of them, for example: /set temperature 0.9
/help           this list
/quit           leave (or Ctrl+D)
Ctrl+C stops a reply that is being written. A message that begins with a slash is written with two: //like this."""


class ChatSession:
    """Reads lines until /quit or the end of the input."""

    def __init__(self, chat: TerminalChat, output: ReplyOutput, bot_name: str) -> None:
        self._chat = chat
        self._output = output
        self._label = "" if output.is_json or not sys.stdin.isatty() else f"{bot_name}: "
        self._commands: dict[str, Callable[[str], None]] = {
            "/regenerate": lambda _: self._show(self._chat.regenerate()),
            "/continue": lambda _: self._show(self._chat.go_on()),
            "/forget": self._forget,
            "/settings": self._show_settings,
            "/set": self._set,
            "/help": lambda _: click.echo(HELP, err=True),
        }

    def run(self) -> None:
        """The whole chat."""
        for line in _lines():
            text = line.strip()
            if text in ("/quit", "/exit"):
                return
            try:
                self._obey(text)
            except KnownError as error:
                click.echo(str(error), err=True)

    def _obey(self, text: str) -> None:
        if not text:
            return
        if not text.startswith("/") or text.startswith("//"):
            self._show(self._chat.say(text.removeprefix("/")))
            return
        word, _, rest = text.partition(" ")
        action = self._commands.get(word)
        if action is None:
            raise KnownError(f"There is no command {word}; /help lists them.", code="usage")
        action(rest.strip())

    def _show(self, events: Iterator[ReplyPiece | ReplyEnd]) -> None:
        with ctrl_c_sets(self._chat.stop):  # from before the label: whoever sees it may stop the reply
            click.echo(self._label, nl=False)
            self._output.write(events)

    def _forget(self, _: str) -> None:
        self._chat.forget()
        click.echo("The bot has forgotten what was said until here.", err=True)

    def _show_settings(self, _: str) -> None:
        sampling = self._chat.sampling.value
        for field in fields(Sampling):
            click.echo(f"{field.name:<20}{getattr(sampling, field.name):g}", err=True)

    def _set(self, rest: str) -> None:
        name, _, written = rest.partition(" ")
        name = name.replace("-", "_")
        option = OPTIONS_BY_NAME.get(name)
        if option is None:
            raise KnownError(f"There is no setting {name!r}; /settings lists them.", code="usage")
        try:
            value, problem = option.checked(float(written))
        except ValueError:
            value, problem = option.checked(written)
        if problem is not None:
            raise KnownError(problem.partition(";")[0] + ".", code="usage")
        self._chat.sampling.value = replace(self._chat.sampling.value, **{name: value})
        click.echo(f"{name} is now {value:g}.", err=True)


def _lines() -> Iterator[str]:
    """Lines from the keyboard with a prompt, or from a pipe without one."""
    if not sys.stdin.isatty():
        yield from sys.stdin
        return
    while True:
        try:
            yield input(PROMPT)
        except EOFError:
            click.echo()
            return
        except KeyboardInterrupt:
            click.echo("\n(/quit or Ctrl+D to leave)")


@contextlib.contextmanager
def line_history(file: Path | None) -> Iterator[None]:
    """Arrow keys bring earlier lines back; kept in ``file`` (its owner's alone), None: for this chat only."""
    try:
        import readline
    except ImportError:  # Windows: the console has a history of its own
        yield
        return
    readline.clear_history()
    if file is not None:
        with contextlib.suppress(OSError):
            readline.read_history_file(file)
    yield
    if file is not None:
        with contextlib.suppress(OSError):
            os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))
            readline.set_history_length(1000)
            readline.write_history_file(file)
