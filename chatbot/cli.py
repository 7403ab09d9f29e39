"""The front door: decides what is wanted before anything heavy is imported, and how failures are told.

Exit codes: 0 done, 1 a problem told in one sentence on stderr, 2 wrong usage, 70 a bug (its traceback is in the log),
130 interrupted with Ctrl+C.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

import click

from chatbot import __version__
from chatbot.core.errors import INSTALL_AGAIN, KnownError

EXIT_PROBLEM = 1
EXIT_USAGE = 2
EXIT_BUG = 70
EXIT_INTERRUPTED = 130

COMMANDS = {
    # name: where it is; each module defines ``command``
    "chat": "chatbot.commands.chat",
    "complete": "chatbot.commands.complete",
    "generate": "chatbot.commands.generate",
    "score": "chatbot.commands.score",
    "export": "chatbot.commands.export",
    "import": "chatbot.commands.import_logs",
    "import-chats": "chatbot.commands.import_chats",
    "doctor": "chatbot.commands.doctor",
    "bench": "chatbot.commands.bench",
    "models": "chatbot.commands.models",
    "train": "chatbot.commands.train",
    "personalize": "chatbot.commands.personalize",
    "evaluate": "chatbot.commands.evaluate",
    "tune": "chatbot.commands.tune",
    "package": "chatbot.commands.package",
}


class CommandTable(click.Group):
    """Imports a command's module only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order a person meets them, not by the alphabet."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now; None if there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        return importlib.import_module(COMMANDS[cmd_name]).command


@click.group(cls=CommandTable, invoke_without_command=True,
             context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="chatbot")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """A private chatbot that runs on this computer alone.

    Without a command it opens the window.
    """
    if ctx.invoked_subcommand is None:
        ctx.exit(_open_window())


def _open_window() -> int:
    from chatbot.process import display
    reason = display.why_no_window()
    if reason is not None:
        raise KnownError(reason, code="no_window")
    try:
        from chatbot.app import run_window
    except ImportError as error:
        if (error.name or "").startswith("chatbot"):
            raise
        raise KnownError(f"The window cannot open because {error.name or 'PySide6'} is missing or broken ({error}); "
                         + INSTALL_AGAIN, code="qt_missing") from error
    return run_window()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code and never raises an ``Exception``."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that cannot show a character shows its code instead
            stream.reconfigure(errors="backslashreplace")
    try:
        result = cli.main(list(sys.argv[1:] if arguments is None else arguments), prog_name="chatbot",
                          standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except click.ClickException as error:
        error.show()
        return EXIT_USAGE if isinstance(error, click.UsageError) else EXIT_PROBLEM
    except (click.Abort, KeyboardInterrupt):
        return EXIT_INTERRUPTED
    except KnownError as error:
        return _told(str(error), EXIT_PROBLEM)
    except BrokenPipeError:  # the reader of the output went away
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains again when it exits
        return EXIT_PROBLEM
    except OSError as error:
        return _told(_os_sentence(error), EXIT_PROBLEM)
    except ModuleNotFoundError as error:
        if (error.name or "chatbot").startswith("chatbot"):
            return _report_bug(error)
        return _told(f"The Python package {error.name} is missing; {INSTALL_AGAIN}", EXIT_PROBLEM)
    except Exception as error:  # a bug: the traceback is for the log, the user gets a sentence
        return _report_bug(error)


def _told(sentence: str, exit_code: int) -> int:
    click.echo(f"chatbot: {sentence}", err=True)
    return exit_code


def _os_sentence(error: OSError) -> str:
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}"


def _report_bug(error: Exception) -> int:
    import logging

    from chatbot.process import logs
    logs.start_logging()
    logging.getLogger(__name__).error("the command failed: %s", sys.argv[1:2], exc_info=error)
    return _told(f"Something went wrong that should not ({type(error).__name__}: {error}); the details are in "
                 f"{logs.log_file()}.", EXIT_BUG)
