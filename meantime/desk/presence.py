"""Who of the staff has a conversation open, at any gateway, and who of them is writing: so that two do not answer.

A page that is open is heard of by its live connection. One that is not heard of any more is forgotten.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from meantime.db import now
from meantime.desk.tables import Viewer

STALE = timedelta(seconds=45)
FORGOTTEN = timedelta(hours=1)

NOTING, LOOKING = "noting", "looking"
"""Told among staff only, like the writing of a message: no channel shows what is said under these names. Somebody
writes what the customer is not to see (a note, a draft); somebody has come or gone."""


def look(session: Session, viewer_id: str, conversation_id: str, name: str) -> None:
    """Note that ``name`` has the conversation open, in the page ``viewer_id``."""
    session.execute(delete(Viewer).where(Viewer.conversation_id == conversation_id, Viewer.seen_at < now() - FORGOTTEN))
    session.merge(Viewer(id=viewer_id, conversation_id=conversation_id, name=name, seen_at=now()))


def look_away(session: Session, viewer_id: str) -> None:
    """Note that the page is closed."""
    session.execute(delete(Viewer).where(Viewer.id == viewer_id))


def others_looking(session: Session, conversation_id: str, name: str) -> list[str]:
    """Return who else has the conversation open, by name."""
    found = session.scalars(
        select(Viewer.name)
        .where(Viewer.conversation_id == conversation_id, Viewer.name != name, Viewer.seen_at > now() - STALE)
        .distinct()
        .order_by(Viewer.name)
    )
    return list(found)
