"""The kinds of hand-off, as conversations keep them: whatever is missing or unknown is "other"."""

from __future__ import annotations

from meantime.wording.reasons import Reason, label

__all__ = ["NOT_ASKED_FOR", "URGENT", "Reason", "kind_of", "label"]

NOT_ASKED_FOR = frozenset({Reason.OPTED_OUT, Reason.UNDELIVERED})
"""Staff are to look; the customer was not told to wait for anybody."""
URGENT = frozenset({Reason.LEGAL, Reason.UPSET, Reason.FAILED, Reason.UNDELIVERED})
"""Before the others in the line, while nobody waits too long."""


def kind_of(given: str) -> Reason:
    """Return the kind that an action, or whoever else hands off, means by ``given``."""
    try:
        return Reason(given)
    except ValueError:
        return Reason.OTHER
