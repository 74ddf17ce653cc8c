"""Old rows go a few at a time, so that nobody waits long for the lock; looking whether there are any takes none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

type Sweep = Callable[[Session], bool]
"""Takes out some of what is too old, in the caller's transaction; returns whether there may be more."""

type Look = Callable[[Session], bool]
"""Whether there is anything to take out: asked without a lock."""


def any_row(session: Session, table: type[Any], which: ColumnElement[bool]) -> bool:
    """Return whether there is such a row."""
    (key,) = table.__mapper__.primary_key
    return session.execute(select(key).where(which).limit(1)).first() is not None


def delete_some(session: Session, table: type[Any], which: ColumnElement[bool], most: int) -> bool:
    """Delete at most so many of these rows; return whether there may be more. Two that do it at once do no harm."""
    (key,) = table.__mapper__.primary_key
    some = list(session.scalars(select(key).where(which).limit(most)))
    session.execute(delete(table).where(key.in_(some)), execution_options={"synchronize_session": False})
    return len(some) == most
