"""``chatbot chat``: chat in the terminal, by hand or from a script."""

from __future__ import annotations

import re
import sys
from typing import Any

import click

from chatbot import paths
from chatbot.commands.chat_session import ChatSession, line_history
from chatbot.commands.engine_loading import load_engine_for, model_option
from chatbot.commands.interrupting import ctrl_c_sets
from chatbot.commands.reply_output import ReplyOutput
from chatbot.commands.sampling_options import chosen_sampling, sampling_options
from chatbot.commands.terminal_chat import TerminalChat
from chatbot.commands.terminal_store import chat_store
from chatbot.commands.turn_order import GivenTurn, OrderedTurnsCommand, given_turns
from chatbot.core.messages import Role
from chatbot.core.protocols import ChatStore
from chatbot.core.replies import EndReason


@click.command("chat", cls=OrderedTurnsCommand, short_help="Chat in this terminal.")
@click.option("--message", "messages", metavar="TEXT", multiple=True,
              help="Say this and print the reply, without a prompt; may be given many times.")
@click.option("--given-reply", "given_replies", metavar="TEXT", multiple=True,
              help="Put these words into the bot's mouth at this place instead of generating a reply.")
@model_option
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object a line for every generated reply.")
@click.option("--store", "is_kept", is_flag=True, help="Keep the chat with those of the window.")
@click.option("--conversation", "conversation_id", metavar="ID", type=int,
              help="Go on with this stored conversation (`chatbot export --list` shows them).")
@sampling_options
@click.pass_context
def command(ctx: click.Context, messages: tuple[str, ...], given_replies: tuple[str, ...], model_id: str | None,
            is_json: bool, is_kept: bool, conversation_id: int | None, preset: str | None, **sampling: Any) -> None:
    """Chat in this terminal.

    Without --message there is a prompt; /help lists what it understands. With --message the chat is played in the
    order of the options and only the replies are printed:

    \b
      chatbot chat --message "Hi!" --given-reply "Hello." --message "How are you?"

    Nothing is kept unless --store or --conversation is given.
    """
    chosen = chosen_sampling(preset, sampling)
    turns = given_turns(ctx, messages=messages, given_replies=given_replies)
    is_kept = is_kept or conversation_id is not None
    with chat_store(is_kept) as store:
        engine = load_engine_for(model_id or _model_of(store, conversation_id))
        chat = TerminalChat(engine, store, _conversation(store, conversation_id), chosen)
        output = ReplyOutput(engine.summary.id, is_json)
        if turns:
            play(chat, turns, output)
            return
        if sys.stdin.isatty():
            click.echo(f"Chatting with {engine.summary.name}. /help lists the commands, /quit leaves.", err=True)
        with line_history(paths.data_folder() / "terminal_history" if is_kept else None):
            ChatSession(chat, output, bot_name(engine.summary.name)).run()


def play(chat: TerminalChat, turns: list[GivenTurn], output: ReplyOutput) -> None:
    """Say every message; generate a reply to each that has none given."""
    for number, turn in enumerate(turns):
        is_answered = number + 1 < len(turns) and turns[number + 1].role is Role.BOT
        if turn.role is Role.BOT or is_answered:
            chat.add(turn.role, turn.text)
            continue
        events = chat.say(turn.text)
        with ctrl_c_sets(chat.stop):
            end = output.write(events)
        if end.reason is EndReason.STOPPED:
            raise KeyboardInterrupt


def bot_name(model_name: str) -> str:
    """What a reply is labelled with: ``Wren`` for ``Wren S (English)`` and for ``wren-en-s``."""
    return re.split(r"[\s_-]", model_name.strip())[0].capitalize() or "Bot"


def _conversation(store: ChatStore, conversation_id: int | None) -> int:
    return store.create_conversation().id if conversation_id is None else store.conversation(conversation_id).id


def _model_of(store: ChatStore, conversation_id: int | None) -> str | None:
    return store.conversation(conversation_id).model_id if conversation_id is not None else None
