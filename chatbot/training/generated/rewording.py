"""A plain question in many other wordings: with an opening or an ending, indirect, or said to be confirmed.

A phrase file gives "are you a robot?"; this turns it into "I wonder if you're a robot", "you're a robot, right?",
"honest question: are you a robot?" and so on.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence

from chatbot.training.generated.talk import Talk

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_OPENINGS = ("so,", "so", "so", "hey,", "hi,", "ok,", "ok so,", "well,", "hm,", "honest question:", "quick question:",
             "question:", "one question:", "just curious,", "out of curiosity,", "be honest,", "honestly,",
             "tell me,", "tell me honestly,", "say,", "please tell me,", "I was wondering,", "I've been wondering,",
             "now tell me,", "sorry to ask, but", "stupid question but", "silly question:", "excuse me,", "Wren,",
             "hey Wren,", "Wren, tell me,", "by the way,", "btw,", "serious question:", "wait,", "hello,",
             "can I ask you something?", "let me ask you something:", "may I ask,", "oh,", "actually,",
             "I have a question.", "just one thing,", "for real,", "be straight with me,", "I'm curious,")
_FOLLOWING = ("and", "and", "and", "ok, and", "but", "so", "also,", "oh and", "ok but", "next question:",
              "another question:", "and tell me,", "one more thing,", "I see.", "ok.", "alright,", "cool,", "hm ok,",
              "fine, but", "and Wren,")
_SOFT_OPENINGS = ("so,", "hey,", "ok,", "well,", "hm,", "Wren,", "hi,", "ok so", "oh,", "hello,", "you know,")
_ENDINGS = (", Wren?", ", Wren?", ", Wren?", " then?", ", really?", ", if I may ask?", ", if you don't mind?",
            ", honestly?", "??", " btw?", "? just curious.", "? I'd like to know.", "? be honest.", "? tell me.",
            "? I'm curious.", "? please answer.")
_INDIRECT = ("tell me {}.", "please tell me {}.", "can you tell me {}?", "could you tell me {}?", "I wonder {}.",
             "I was wondering {}.", "I'd like to know {}.", "I want to know {}.", "I would like to know {}, please.",
             "do you know {}?", "may I ask {}?", "can I ask {}?", "I don't know {}.", "I'm curious {}.",
             "I was just asking myself {}.", "just tell me {}.", "would you tell me {}?", "mind telling me {}?",
             "I need to know {}.", "I'm not sure {}.", "I have no idea {}.", "let me know {}.", "any idea {}?",
             "my question is {}.", "I keep wondering {}.", "I'd love to know {}.", "I wanted to ask {}.")
_STATED = ("{}, right?", "{}, right?", "{}, no?", "so {}?", "so {}, right?", "{}, correct?", "I guess {}.",
           "I think {}.", "I suppose {}, right?", "is it true that {}?", "is it true {}?", "someone told me {}.",
           "they say {}. true?", "{}, yes?", "I bet {}.", "I heard {}.", "{}?", "so {}.", "am I right that {}?",
           "would you say {}?", "does that mean {}?", "don't tell me {}.")
_ORDERED = ("please {}.", "{} please.", "{}, please.", "hey, {}.", "ok, {}.", "Wren, {}.", "{} now.", "can you {}?",
            "could you {}?", "would you {}?", "I want you to {}.", "I'd like you to {}.", "I need you to {}.",
            "just {}.", "be so kind and {}.", "go on, {}.", "{}!")
_ABLE = ("are you able to {}?", "is it possible for you to {}?", "would you be able to {}?", "I want you to {}.",
         "I need you to {}.", "could you {}?", "I'd like you to {}.", "please {}.", "any chance you could {}?")

_COMMAND = re.compile(
    r"(tell|say|give|show|explain|describe|name|introduce|list|look|search|find|open|print|send|book|call|text|write|"
    r"set|remind|play|sing|turn|order|buy|make|draw|read|check|google|take|pay|start|put|switch|post|reserve|download|"
    r"install|translate|do|guess|listen|divide|multiply|calculate|work out|compute|wake|ring|phone|email|reply|answer|"
    r"talk|kiss|marry|add|save|delete|close|spell|copy|scan|bring|clean|cook|summarise|solve|debug|visit|go|share|"
    r"present|fix|reach|program|code|paint|lock|move)\b(?! you)")
_ASKING = re.compile(r"(what|who|where|when|why|how|which|whose|are|is|do|does|did|can|could|will|would|have|has|"
                     r"were|was|am|may|should|must|shouldn|don|aren|isn|if|in|any|any\w+)\b")
_OPENED = re.compile(r"(so|hey|hi|hello|ok|and|well|please|tell|honest|honestly|be honest|hm|hmm|wait|no|but|really|"
                     r"oh|[A-Z]\w+)\b")
_YES_NO = re.compile(r"(are|can|do|did|could|will|would|have|were) you (.+)\?$")
_OTHER_YES_NO = re.compile(
    r"(is|can|will|should|may) (this(?: (?:chat|conversation|talk|program|app|model|bot|thing|spot|rash))?|it|"
    r"that|anyone|anybody|somebody|someone|I|we|(?:my|your|our|the) \w+|Wren|there) (.+)\?$")
_WHAT_YOU = re.compile(r"((?:what|who|where|when|why|how|which|whose)(?: (?!are|can|do|did|were|will|is)\w+){0,2}) "
                       r"(are|can|do|were|will) you( .+)?\?$")
_WHAT_YOURS = re.compile(r"(what|who|how|where|when)(?:'s| is) ((?:your|the) .+)(?<! like)\?$")
_WHO_DID = re.compile(r"who (?!are|is|do|did|am|can|will)\w+ .+\?$")
_TAGS = {"are": "aren't you", "can": "can't you", "do": "don't you", "were": "weren't you", "did": "didn't you",
         "have": "haven't you", "will": "won't you", "could": "couldn't you", "would": "wouldn't you"}
_NOT = {"are": "aren't", "can": "can't", "do": "don't", "will": "won't", "have": "haven't", "did": "didn't"}


def ask(talk: Talk, block: Mapping[str, Sequence[str]], going_on: float = 0.5) -> None:
    """An exchange of the block, its question in one of very many wordings; by this chance, one that may follow.

    What may follow are the pairs ``U2`` and ``B2`` up to ``U5`` and ``B5``.
    """
    question = settled(talk.rng, talk.rng.choice(block["U"]))
    if talk.rng.random() < 0.6:
        may_deny = not any(answer.startswith("Yes") for answer in block["B"])
        question = worded(talk.rng, question, is_first=not talk.turns, may_deny=may_deny)
    talk.user(question)
    talk.wren(talk.rng.choice(block["B"]))
    following = [number for number in "2345" if f"U{number}" in block]
    if following and talk.rng.random() < going_on:
        number = talk.rng.choice(following)
        talk.exchange(block, f"U{number}", f"B{number}")


def settled(rng: random.Random, text: str) -> str:
    """``text`` with its ``[this|that]`` choices made and its gaps left open."""
    while (match := _CHOICE.search(text)) is not None:
        text = text[:match.start()] + rng.choice(match[1].split("|")) + text[match.end():]
    return " ".join(text.split())


def worded(rng: random.Random, question: str, *, is_first: bool, may_deny: bool) -> str:
    """Another way to say ``question``. ``may_deny``: its answer also fits "you aren't ..., are you?"."""
    turned = _turned(rng, question, may_deny=may_deny) if rng.random() < 0.55 else question
    return _dressed(rng, turned, is_first=is_first, is_turned=turned != question)


def _turned(rng: random.Random, question: str, *, may_deny: bool) -> str:
    """The question asked indirectly or put as a statement, where its form is known."""
    if (match := _YES_NO.fullmatch(question)) is not None:
        return _yes_no(rng, match[1], match[2], may_deny=may_deny)
    said = _clause(rng, question)
    return rng.choice(_INDIRECT).format(said) if said else question


def _clause(rng: random.Random, question: str) -> str:
    """The question as a part of a longer sentence ("what you are made of"); empty where that is not known."""
    if (match := _WHAT_YOU.fullmatch(question)) is not None:
        verb = "" if match[2] == "do" else f" {match[2]}"
        return f"{match[1]} you{verb}{match[3] or ''}"
    if (match := _WHAT_YOURS.fullmatch(question)) is not None:
        return f"{match[1]} {match[2]} is"
    if (match := _OTHER_YES_NO.fullmatch(question)) is not None:
        return f"{rng.choice(('if', 'if', 'whether'))} {match[2]} {match[1]} {match[3]}"
    return question[:-1] if _WHO_DID.fullmatch(question) else ""


def _yes_no(rng: random.Random, verb: str, rest: str, *, may_deny: bool) -> str:
    """A question to be answered with yes or no, as a statement with a tag, or indirectly."""
    if verb in ("can", "could") and _COMMAND.match(rest) and (verb == "could" or rng.random() < 0.4):
        return rng.choice(_ABLE).format(rest)
    bare = f"you {rest}" if verb == "do" else f"you {verb} {rest}"
    if verb == "are" and rng.random() < 0.7:
        bare = f"you're {rest}"
    chance = rng.random()
    is_open = " or " in rest or "," in rest or "any" in rest or rest.startswith(("ever ", "really ", "not "))
    if is_open or verb in ("could", "would") or chance > 0.66:
        return rng.choice(_INDIRECT).format(f"{rng.choice(('if', 'if', 'whether'))} {bare}")
    if chance < 0.36:
        return rng.choice(_STATED).format(bare)
    if chance < 0.46:
        return f"{bare}, {_TAGS[verb]}?"
    if chance < 0.56 and may_deny and verb in _NOT:
        begun = "you're not" if verb == "are" else f"you {_NOT[verb]}"
        return rng.choice((f"{begun} {rest}, {verb} you?", f"so {begun} {rest}?", f"{begun} {rest}, right?"))
    return f"{verb} you {rest}" + rng.choice((" or not?", " or no?", ", yes or no?", ", true or false?", " or what?"))


def _dressed(rng: random.Random, text: str, *, is_first: bool, is_turned: bool) -> str:
    """``text`` with words before or after it, where its form allows them; seldom if it was turned already."""
    if _COMMAND.match(text) and not text.endswith("?"):
        return text if is_turned else _command(rng, text)
    if _OPENED.match(text):
        return text
    chance = rng.random()
    if is_turned or not _ASKING.match(text):
        return f"{rng.choice(_SOFT_OPENINGS)} {text}" if chance < 0.25 else text
    if chance < 0.6 or "," in text or "?" in text[:-1] or not text.endswith("?"):
        return f"{rng.choice(_OPENINGS if is_first or chance < 0.3 else _FOLLOWING)} {text}"
    return text[:-1] + rng.choice(_ENDINGS)


def _command(rng: random.Random, text: str) -> str:
    """An order, said more or less politely."""
    bare = text[:-1] if text.endswith((".", "!")) else text
    is_polite = "please" in bare or "," in bare or "?" in bare
    return rng.choice(("hey {}.", "ok {}.", "Wren {}.", "{}!", "{}.") if is_polite else _ORDERED).format(bare)
