"""Words that do not help a customer, by the manner they are in, each with what helps more."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Manner:
    """Words of one ``rule``, and the ``advice`` to whoever wrote one of them."""

    rule: str
    advice: str
    pattern: re.Pattern[str]


def _words(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(alternatives)})\b", re.IGNORECASE)


VAGUE_DATE = Manner(
    "vague_date",
    "A day, or a range of days, tells more. Where nobody knows it, say so and when we write again.",
    _words(
        r"(?<!as )(?<!too )soon(?! as)",
        "shortly",
        "before long",
        "as soon as (?:possible|practicable|we can|i can|they can)",
        "asap",
        "in a (?:little )?while",
        "(?:with)?in (?:just )?(?:a few|a couple of|several|some) (?:days|weeks|months)",
        "any (?:day|time|moment) now",
        "in due (?:course|time)",
        "in the (?:near|not too distant) future",
        "in no time",
        "one of these days",
        "sooner or later",
        "(?:some ?time|at some point) (?:this|next)",
    ),
)
JARGON = Manner(
    "jargon",
    "Customers do not know this word. Say what it means to them: the item, the day, the delivery to us.",
    _words(
        "SKUs?",
        "ETAs?",
        "ATP",
        "OOS",
        "RMA",
        "SLA",
        "fulfil+ment",
        "(?:un|re)?allocat(?:ed?|es|ing|ions?)",
        "available to promise",
        "inbound(?: deliver(?:y|ies)| stock)?",
        "purchase orders?",
        "lead times?",
        "split shipments?",
        "drop-?ship\\w*",
        "stock-?outs?",
        "hand-?offs?",
    ),
)
BLAME = Manner(
    "blame",
    "This sounds like a reproach. Say what happens next, whoever was mistaken.",
    _words(
        # "You should have it by Friday" is a promise.
        "you (?:should|must)(?:'ve| have) (?!(?:it|them|your|the|an?|both|all|everything)\\b)\\w+",
        "you failed to",
        "(?<!if )you (?:forgot|neglected|ignored|overlooked)",
        "you (?:did not|didn't|never) (?:read|tell|told|give|gave|enter(?:ed)?|check(?:ed)?|follow(?:ed)?|listen(?:ed)?"
        "|bother(?:ed)?)",
        "(?:is|was|'s) your (?:own )?(?:fault|mistake|error|problem)",
        "you were (?:told|warned|informed)",
        "(?:as|like) (?:i|we)(?:'ve| have)? (?:already )?(?:said|told|mentioned|explained|stated|wrote)",
        "(?:i|we)(?:'ve| have)? already (?:said|told|explained|answered)",
        "(?:i|we)(?:'ve| have)? (?:said|told you|explained) (?:that |this |it )?(?:already|before)",
        "(?:not|isn't|wasn't|aren't) (?:my|our) (?:own )?(?:fault|mistake|error|doing)",
        "if you had (?:only |just )?(?:read|told|given|checked|answered|said|listened)",
    ),
)
NAGGING = Manner(
    "nagging",
    "They have decided. Do as they ask, or ask once whether to go ahead, without arguing.",
    _words(
        "are you (?:really |quite |absolutely )?sure (?:that )?you",
        "are you (?:really |quite |absolutely )?sure about (?:that|this|cancel\\w*)",
        "do you really want",
        "before you (?:go(?! ahead)|leave|cancel)",
        "we(?:'d| would) hate (?:to|for)",
        "(?:sorry|sad|hate) to see you (?:go|leave)",
        "(?:please )?(?:reconsider|think (?:again|twice))",
        "why (?:do|would) you (?:want|like)",
        "why you(?:'re| are)? (?:want|cancel|leav)\\w*",
        "you(?:'ll| will) (?:miss out|regret)",
        "don't (?:go|leave|miss)",
        "last chance",
        "hurry",
        "give us (?:one more|another) chance",
    ),
)
ANGER = Manner(
    "anger",
    "This may hurt when it is read. Leave it out, and say what you can do for them.",
    _words(
        "calm down",
        "(?:relax|chill|whatever)(?=[.!,])",
        "obviously",
        "clearly you",
        "for the last time",
        "with all due respect",
        "what part of",
        "(?:learn|try) (?:to read|reading)",
        "(?:deal|live) with it",
        "get over it",
        "(?:not|isn't|wasn't) (?:my|our) (?:problem|job|business)",
        "good luck with that",
        "thanks for nothing",
        "how hard (?:can it be|is it)",
        "great, another",
        "wast(?:e|ing) (?:of )?(?:my|our) time",
        "stop (?:writing|asking|complaining|whining|shouting|yelling)",
        "(?:you(?:'re| are)|don't be|stop being)(?: being| just| so| very)* "
        "(?:ridiculous|childish|unreasonable|rude|silly|hysterical|crazy|lying|impossible)",
        "stupid|idiots?|idiotic|dumb|moron\\w*|nonsense|liars?|shut up|pathetic|damn|crap|bullshit",
    ),
)
EMOJI = Manner(
    "emoji",
    "A face or a sign can be read as making light of it. Words are safer.",
    re.compile(r"[\U0001F000-\U0001FAFF\u2600-\u27BF\u2B50\u2B55\uFE0F\u20E3]|(?<!\S)[:;]['-]?[()DPp/|](?!\w)"),
)
TRACE = Manner(
    "trace",
    "Something of the machine shows through here. The customer needs a sentence instead.",
    re.compile(
        r"\bNone\b(?! of\b)|\bnull\b|\bundefined\b|\bNaN\b|[{}]|\bTraceback\b|\b\w+(?:Error|Exception)\b|</?[a-z][^>]*>"
        r"|\b(?:utter|action)_\w+|(?<!\S)/[a-z]+(?:_[a-z]+)*(?:/[a-z_]+)?(?![\w/-])|\[object |%[sd]\b"
    ),
)
MANNERS = (VAGUE_DATE, JARGON, BLAME, NAGGING, ANGER, EMOJI, TRACE)
