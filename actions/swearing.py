"""Whether somebody only swears. That is frustration, not nonsense, and no complaint with a wish in it either."""

from __future__ import annotations

import re

from actions.intents import COMPLAINT
from meantime.wording.anger import CURSE, is_angry

MAY_BE = frozenset(
    {
        *(COMPLAINT, "bot_challenge", "goodbye", "greet", "thank", "repeat", "deny", "affirm", "stop_updates"),
        *("nlu_fallback", "out_of_scope", "inform", "talk_to_person"),
    }
)
"""Intents that a curse is taken for."""
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


def only_vents(intent: str, text: str) -> bool:
    """Return whether a part of a message lets off steam and says nothing that a person should look into."""
    return intent in MAY_BE and is_angry(text) and len(WORD.findall(text)) <= LONGEST_OUTBURST


def only_swears(intent: str, text: str) -> bool:
    """Return whether ``text`` is a curse with nothing beside it that could be answered."""
    if intent not in MAY_BE or not CURSE.search(text):
        return False
    rest = WORD.findall(CURSE.sub(" ", text).casefold().replace("’", "'"))
    return AROUND.issuperset(rest)
