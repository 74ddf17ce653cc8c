"""Whether somebody only swears. That is frustration, not nonsense, and no complaint with a wish in it either."""

from __future__ import annotations

import re

from actions.intents import COMPLAINT

MAY_BE = frozenset(
    {
        *(COMPLAINT, "bot_challenge", "goodbye", "greet", "thank", "repeat", "deny", "affirm", "stop_updates"),
        *("nlu_fallback", "out_of_scope", "inform", "talk_to_person"),
    }
)
"""Intents that a curse is taken for."""
CURSE = re.compile(
    r"\b(?:f+u+c+k\w*|f[*@#u]+c?k\w*|f\*+|effing|wtf|ffs|stfu|(?:bull|horse)?sh[i*1]+t\w*|crap\w*|damn\w*|goddamn\w*|"
    r"ass ?holes?|a\*+holes?|arse\w*|bastards?|bitch\w*|idiots?|idiotic|morons?|imbeciles?|stupid|dumb(?:ass)?|useless|"
    r"sucks?|screw (?:you|u|this|it)|piss(?:ed)? off|go to hell|bloody|wankers?|dick(?:head)?s?|jerks?|scum|"
    r"shut up|(?:you|u) kidding|pathetic|(?:rubbish|garbage|trash)(?! (?:bin|bag|can)s?\b))(?!\w)",
    re.IGNORECASE,
)
OUTBURST = re.compile(
    r"\b(?:unbelievable|ridiculous|outrageous|disgraceful|a disgrace|a joke|a scandal|incredible|"
    r"seriously|omg|come on)\b",
    re.IGNORECASE,
)
LONGEST_OUTBURST = 5
WORD = re.compile(r"[\w']+")
AROUND = frozenset(
    """you youre you're your u ur r are is it its it's a an the this that these those so such very really just piece of
    load total totally complete completely absolute absolutely utter utterly pure bot bots robot machine chatbot
    computer program assistant thing shop store company place service site website people guys lot all what who
    why and as for with to me my oh god i i'm im hate up off go again ever worst joke too seriously no yes well
    hey hi man dude
    """.split()  # noqa: SIM905
)
"""Words around a curse that add no wish."""


def is_angry(text: str) -> bool:
    """Return whether there is a curse or an outburst in ``text``, whatever else it wants."""
    return bool(CURSE.search(text) or OUTBURST.search(text))


def only_vents(intent: str, text: str) -> bool:
    """Return whether a part of a message lets off steam and says nothing that a person should look into."""
    return intent in MAY_BE and is_angry(text) and len(WORD.findall(text)) <= LONGEST_OUTBURST


def only_swears(intent: str, text: str) -> bool:
    """Return whether ``text`` is a curse with nothing beside it that could be answered."""
    if intent not in MAY_BE or not CURSE.search(text):
        return False
    rest = WORD.findall(CURSE.sub(" ", text).casefold().replace("’", "'"))
    return AROUND.issuperset(rest)
