"""Anger in a customer's words: what is answered with one validating sentence, and what a person should soon hear."""

from __future__ import annotations

import re

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
SAYS_SO = re.compile(
    r"(?<!not )(?<!n't )(?<!n’t )\b(?:"
    r"(?:so|very|really|extremely|getting) (?:angry|mad|upset)|furious|livid|fed up|i(?: am|['’]m) angry|"
    r"sick (?:and tired )?of|had enough of (?:this|you|your|waiting)|at the end of my (?:rope|tether|patience)|"
    r"i hate (?:you|this (?:shop|store|company|bot)|your)|"
    r"(?:worst|disgusting|appalling|terrible|horrible|awful) (?:ever )?"
    r"(?:service|company|shop|store|experience|support)|"
    r"(?:this|that|it|which) is (?:just |so |really |completely |totally |simply )?"
    r"(?:unacceptable|disgusting|appalling))\b",
    re.IGNORECASE,
)
"""Anger that is said in so many words."""
MILD = re.compile(
    r"\b(?:"
    # A curse that only stresses what is wanted, and a shake of the head.
    r"(?:god)?(?:damn|bloody)\w*(?= \w)|(?:the|my|that|this|a|those|these) (?:stupid|crap|dumb)\w*(?= \w)|"
    r"damn(?: it)?\b|oh crap|incredible|seriously|omg|come on|(?:you|u) kidding|"
    # One's own mistake, a question that is called one, what is told for fun, what is carried out of the house.
    r"i(?:['’]m| am|['’]ve been| was) (?:such |being |so |really )*(?:an? )?(?:idiot|moron|stupid|dumb)\w*|"
    r"(?:stupid|dumb|bloody) (?:me|of me|question|mistake)|my (?:own )?(?:stupid|dumb) \w+|"
    r"(?:tell|know|hear|for|want|make|as)(?: me| us)? a joke|out (?:the|my) (?:trash|garbage|rubbish))",
    re.IGNORECASE,
)
GLAD = re.compile(
    r"\b(?:thank(?:s| you)?\b(?! for nothing)|love (?:it|this|you)|"
    r"(?:ridiculously|unbelievably) (?:good|fast|quick|kind|helpful))",
    re.IGNORECASE,
)
WORDS_THAT_STAY = re.compile(r"\b(?:f+u+c+k\w*|sh[i*1]t\w*|ass ?holes?|bastards?|bitch\w*|go to hell)\b", re.IGNORECASE)
"""No thanks takes these back."""


def is_angry(text: str) -> bool:
    """Return whether there is a curse or an outburst in ``text``, whatever else it wants."""
    return bool(CURSE.search(text) or OUTBURST.search(text) or SAYS_SO.search(text))


def is_upset(text: str) -> bool:
    """Return whether ``text`` is written in anger at us: not a curse that only stresses a wish, nor one at oneself,
    nor an outburst that is glad. Twice in a conversation, it goes to a person."""
    if GLAD.search(text) and not WORDS_THAT_STAY.search(text):
        return False
    return is_angry(MILD.sub(" ", text))
