"""The linter of tone: what a message to a customer must not say, and what it must not leave out.

Each finding says, in a sentence for a colleague, what would help the customer more. What stands in quotation marks
are somebody else's words, and not judged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from meantime.wording.gsm import foreign_to_gsm, segments
from meantime.wording.numbered import MOST_SEGMENTS
from meantime.wording.readability import grade, sentences, words
from meantime.wording.tone_words import MANNERS

HIGHEST_GRADE = 8
FEWEST_WORDS = 10
"""Of fewer words no grade can be told."""


@dataclass(frozen=True, slots=True)
class Finding:
    """``rule`` is broken by the words in ``where``; ``advice`` says what would be better."""

    rule: str
    where: str
    advice: str


@dataclass(frozen=True, slots=True)
class _Message:
    text: str
    options: tuple[str, ...]


def lint(text: str, options: Sequence[str] = (), *, channel: str = "website") -> list[Finding]:
    """Return what a customer would mind in ``text`` and in the titles of its ``options``; nothing when all is well."""
    message = _Message(_without_quotes(text), tuple(options))
    found = [finding for rule in RULES for finding in rule(message)]
    return [*found, *lint_sms(text)] if channel == "sms" else found


def lint_sms(text: str) -> list[Finding]:
    """Return what goes wrong with ``text`` as a text message: its length, its characters, words of the website, a
    reply it asks for."""
    found = []
    if (needed := segments(text)) > MOST_SEGMENTS:
        advice = (
            f"This takes {needed} text messages; {MOST_SEGMENTS} are read. Could it be shorter, or come in two goes?"
        )
        found.append(Finding("sms_too_long", _start(text), advice))
    if foreign := foreign_to_gsm(text):
        advice = f"{' '.join(foreign)} makes a text message more than twice as long; plain characters do not."
        found.append(Finding("sms_characters", foreign, advice))
    if shown := _ON_A_PAGE.search(text):
        advice = "On a telephone there is no page and nothing to click. Say what to write back instead."
        found.append(Finding("sms_page", shown[0], advice))
    if asked := _ASKS_TO_OPT_OUT.search(text):
        advice = "Whoever sends this word alone gets no message any more: Twilio takes it as leaving. Ask for another."
        found.append(Finding("sms_opt_out", asked[0], advice))
    return found


def manners(message: _Message) -> Iterator[Finding]:
    """Words that are vague, technical, blaming, nagging, angry or not meant for people at all."""
    for manner in MANNERS:
        for said in (message.text, *message.options):
            if match := manner.pattern.search(said):
                yield Finding(manner.rule, match[0].strip(), manner.advice)


def no_shouting(message: _Message) -> Iterator[Finding]:
    """Capital letters and rows of marks. Lists are left out: a product may be called so."""
    for line in message.text.split("\n"):
        if (shout := _SHOUT.search(line)) and not line.startswith("- "):
            advice = "Capital letters and rows of marks read as shouting. Small letters and one mark say the same."
            yield Finding("shouting", shout[0], advice)


def one_apology(message: _Message) -> Iterator[Finding]:
    """One apology for one trouble, then facts and options."""
    apologies = _APOLOGY.findall(message.text)
    if len(apologies) > 1:
        advice = "One apology is heard, a second one delays the help. Keep the first, then say what can be done."
        yield Finding("one_apology", ", ".join(apologies), advice)


def no_cheer_beside_bad_news(message: _Message) -> Iterator[Finding]:
    """An exclamation mark next to bad news reads as cheer or as anger."""
    bad = _BAD_NEWS.search(message.text)
    if bad and "!" in message.text:
        advice = "Beside bad news an exclamation mark sounds cheerful or cross. A full stop is kinder."
        yield Finding("exclamation", bad[0], advice)


def backorder_explained(message: _Message) -> Iterator[Finding]:
    """ "Backorder" is the trade's word: fine together with what it means."""
    used = _BACKORDER.search("\n".join((message.text, *message.options)))
    if used and not _BACKORDER_MEANS.search(message.text):
        advice = 'Not everybody knows what "backorder" means: add that it is sold out for now, with more to come.'
        yield Finding("jargon", used[0], advice)


def unknown_date_with_a_way_on(message: _Message) -> Iterator[Finding]:
    """Whoever learns that there is no date also learns what can be done, or when they hear again."""
    unknown = _NO_DATE.search(message.text)
    if unknown and not message.options and not _WAY_ON.search(message.text):
        advice = (
            "Without a date people need something else to hold on to: what they can do now, or when we write again."
        )
        yield Finding("unknown_date", unknown[0], advice)


def cancelling_left_open(message: _Message) -> Iterator[Finding]:
    """Who waits for an order may always cancel it, and is told so."""
    waits = _waiting_order(message)
    if waits and not any(_CANCEL.search(said) for said in (message.text, *message.options)):
        advice = "Somebody who waits should see that they can cancel: say it, or offer it as an option."
        yield Finding("cancelling_open", waits, advice)


def card_mentioned(message: _Message) -> Iterator[Finding]:
    """Who waits for an order is told whether it has been paid."""
    waits = _waiting_order(message)
    if waits and not _CARD.search(message.text):
        advice = "Somebody who waits wonders about the money: say whether the card was charged."
        yield Finding("card_charged", waits, advice)


def easy_to_read(message: _Message) -> Iterator[Finding]:
    """Eight years of school are enough to read it. Lists, dates and names are not counted."""
    said = sentences(message.text)
    if len(words(said)) < FEWEST_WORDS or (reached := grade(said)) <= HIGHEST_GRADE:
        return
    hardest = max(said, key=lambda sentence: grade([sentence]))
    advice = f"This reads like school year {reached:.0f}. Shorter sentences and everyday words reach more people."
    yield Finding("reading_grade", _start(hardest), advice)


RULES: tuple[Callable[[_Message], Iterator[Finding]], ...] = (
    manners,
    no_shouting,
    one_apology,
    no_cheer_beside_bad_news,
    backorder_explained,
    unknown_date_with_a_way_on,
    cancelling_left_open,
    card_mentioned,
    easy_to_read,
)

_SHOUT = re.compile(
    r"\b[A-Z]{2,}(?: [A-Z]{2,}){2,}\b|\b[A-Z]{4,} [A-Z]{4,}\b|[!?]{2,}"
    r"|\b(?:NOT|NEVER|ALREADY|NOW|YOU|MUST|PLEASE|ALL|VERY|AGAIN|READ|TOLD)\b"
)
_APOLOGY = re.compile(r"\b(?:sorry|apolog\w+|regrets?|forgive|pardon)\b", re.IGNORECASE)
_BAD_NEWS = re.compile(
    r"\b(?:sorry|apolog\w+|unfortunately|late|later than|delay\w*|backorder\w*|sold out|out of stock|no (?:new )?date|"
    r"not available|cannot|can'?t|could not|couldn'?t|unable|cancelled|waiting|the wait|failed)\b",
    re.IGNORECASE,
)
_BACKORDER = re.compile(r"\bback-?order\w*", re.IGNORECASE)
_BACKORDER_MEANS = re.compile(
    r"\b(?:sold out|not here yet|more (?:to come|on its way|coming)|expected back)\b", re.IGNORECASE
)
_NO_DATE = re.compile(
    r"\bno (?:new |known |certain |exact |fixed )?(?:date|day)\b"
    r"|\b(?:date|day) is (?:still )?(?:not known|unknown|open)\b"
    r"|\b(?:do not|don'?t|does not|nobody|no one|cannot|can'?t)(?: yet| can)? (?:knows?|say|tell|name|give)\b"
    r"[^.\n]*\b(?:when|day|date)\b",
    re.IGNORECASE,
)
_WAY_ON = re.compile(
    r"\byou (?:can|may)\b|\bif you (?:like|prefer|wish|would rather)\b|\bshall (?:i|we)\b|\bwould you\b"
    r"|\b(?:i|we)(?:'ll| will)(?: \w+)? (?:write|tell|let you know|message|e-?mail|update|ask)\b"
    r"|\byou(?:'ll| will) hear\b",
    re.IGNORECASE,
)
_ORDER_LISTED = re.compile(r"^Order \S+:", re.MULTILINE)
_WAITS = re.compile(r"\b(?:back-?order\w*|sold out for now|still waiting|no (?:new )?date)\b", re.IGNORECASE)
_CANCEL = re.compile(r"(?<!cannot )(?<!can't )(?<!no longer )\bcancel(?:ling)?\b", re.IGNORECASE)
_CARD = re.compile(r"\b(?:cards?|payment|charged?|paid|refund\w*)\b", re.IGNORECASE)
_ASKS_TO_OPT_OUT = re.compile(
    r"\b(?i:reply|text|send|write|type|answer)(?i: with| the word)? [\"'“]?"
    r"(?:CANCEL|END|QUIT|STOPALL|UNSUBSCRIBE|REVOKE|OPTOUT)\b"
)
_ON_A_PAGE = re.compile(
    r"\b(?:on|at|of) (?:this|the) (?:web ?)?page\b|\bclick\b|\bthe buttons?\b|\bthis (?:window|widget)\b", re.IGNORECASE
)
_QUOTED = re.compile(r'"[^"]*"|“[^”]*”')
_LONGEST_WHERE = 60


def _without_quotes(text: str) -> str:
    return _QUOTED.sub('""', text).replace("’", "'")


def _waiting_order(message: _Message) -> str:
    """Return the words that say an order waits, where the message is the status of one."""
    waits = _WAITS.search(message.text)
    return waits[0] if waits and _ORDER_LISTED.search(message.text) else ""


def _start(text: str) -> str:
    return text if len(text) <= _LONGEST_WHERE else f"{text[:_LONGEST_WHERE].rstrip()} ..."
