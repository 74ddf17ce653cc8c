"""Whether words point back at what was talked of last: "cancel it then", "swap that"."""

from __future__ import annotations

import re

BACK = re.compile(r"\b(it|that|this|them|those|these)\b(?!\s+order)", re.IGNORECASE)
WHOLE = re.compile(r"\b(order|everything|whole|entire|both)\b|\ball\b(?!\s+right)", re.IGNORECASE)


def points_back(text: str) -> bool:
    """Return whether ``text`` says "it" and does not speak of the whole order."""
    return bool(BACK.search(text)) and not WHOLE.search(text)
