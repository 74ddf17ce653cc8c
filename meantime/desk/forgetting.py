"""Tries to sign in, and sessions that have ended, are not kept for longer than the policy says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import or_

from meantime.desk.tables import SignIn, StaffSession
from meantime.privacy.batches import any_row, delete_some
from meantime.privacy.retention import MOST_ROWS, Duty
from meantime.shop.policy import Retention


def duties(retention: Retention, at: datetime) -> Iterator[Duty]:
    """Yield what has to be taken out ``at`` this moment."""
    if (days := retention.sign_ins_days) is None:
        return
    before = at - timedelta(days=days)
    for table, which in (
        (SignIn, SignIn.at < before),
        (StaffSession, or_(StaffSession.expires_at < before, StaffSession.revoked_at < before)),
    ):
        yield Duty(
            table.__tablename__,
            partial(any_row, table=table, which=which),
            partial(delete_some, table=table, which=which, most=MOST_ROWS),
        )
