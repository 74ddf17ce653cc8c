"""The leads' page of the audit: who saw or changed what, and when. Looking at it is an entry of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from meantime.desk.access import LEADS, Who, allowed
from meantime.desk.audit_words import DONE, FEW, Pair, in_words, pairs
from meantime.desk.faults import Number
from meantime.desk.place import desk_of
from meantime.desk.subjects import (
    WHO,
    Subject,
    meant_subject,
    meant_who,
    names_of_staff,
    subject_in_words,
    who_in_words,
)
from meantime.settings import settings
from meantime.shop.audit import record
from meantime.shop.staff_audit import VIEW, search_audit
from meantime.shop.tables import AuditEntry

AUDIT_PAGE = "/desk/audit"
MOST = 50
BAD_DAY = "A day is written like 2026-03-31."

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Asked:
    """What is searched for, as it was typed."""

    who: str = ""
    what: str = ""
    subject: str = ""
    since: str = ""
    until: str = ""
    before_id: int | None = None
    looks: bool = False
    """Who only looked at something is shown too: there is much more of that than of what was changed."""

    @property
    def by(self) -> dict[str, str]:
        """What was filled in, by name."""
        fields = {name: getattr(self, name) for name in ("who", "what", "subject", "since", "until")}
        filled = {name: value for name, value in fields.items() if value}
        return {**filled, "looks": "1"} if self.looks else filled

    @property
    def left_out(self) -> str | None:
        """What is left out, unless it is asked for."""
        return None if self.looks or self.what else VIEW


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, in words."""

    id: int
    at: datetime
    who: Subject
    what: str
    subject: Subject
    pairs: list[Pair]


@dataclass(frozen=True, slots=True)
class Found:
    entries: list[Entry]
    names: list[str]
    has_more: bool


@router.get("/audit")
@allowed(LEADS)
async def audit(
    request: Request,
    who: Who,
    by: str = "",
    what: str = "",
    subject: str = "",
    since: str = "",
    until: str = "",
    looks: str = "",
    before: Number | None = None,
) -> Response:
    """Show what fits, fifty entries a page, the newest first."""
    desk = desk_of(request)
    asked = Asked(
        by.strip()[:100], what.strip()[:50], subject.strip()[:220], since.strip(), until.strip(), before, bool(looks)
    )
    try:
        days = _start_of(asked.since), _end_of(asked.until)
    except (ValueError, OverflowError):
        return _page(request, asked, Found([], [], False), fault=BAD_DAY)
    found = await desk.storage.write(partial(_search, asked=asked, days=days, viewer=who.as_author))
    return _page(request, asked, found)


def _page(request: Request, asked: Asked, found: Found, fault: str = "") -> Response:
    older = ""
    if found.has_more:
        given = {"by" if name == "who" else name: value for name, value in asked.by.items()}
        older = f"{AUDIT_PAGE}?{urlencode({**given, 'before': found.entries[-1].id})}"
    return desk_of(request).page(
        request,
        "audit.html",
        status=422 if fault else 200,
        asked=asked,
        entries=found.entries,
        names=[*found.names, *WHO.values()],
        kinds=_kinds(asked.what),
        older=older,
        few=FEW,
        fault=fault,
    )


def _search(session: Session, asked: Asked, days: tuple[datetime | None, datetime | None], viewer: str) -> Found:
    staff = names_of_staff(session)
    found = search_audit(
        session,
        who=meant_who(asked.who, staff.values()),
        what=asked.what or None,
        subject=meant_subject(session, asked.subject),
        since=days[0],
        until=days[1],
        before_id=asked.before_id,
        most=MOST + 1,
        without=asked.left_out,
    )
    entries = [_entry(entry, staff) for entry in found[:MOST]]
    # Which fields were filled in is enough; what was typed into them may be somebody's name.
    record(session, viewer, "view", "audit", None, {"by": sorted(asked.by)} if asked.by else None)
    return Found(entries, list(staff.values()), len(found) > MOST)


def _entry(entry: AuditEntry, staff: Mapping[int, str]) -> Entry:
    return Entry(
        entry.id,
        entry.at,
        who_in_words(entry.who),
        in_words(entry.what),
        subject_in_words(entry.subject, staff),
        pairs(entry.before, entry.after),
    )


def _kinds(chosen: str) -> list[tuple[str, str]]:
    kinds = dict(DONE)
    if chosen:
        kinds.setdefault(chosen, in_words(chosen))
    return sorted(kinds.items(), key=lambda kind: kind[1])


def _start_of(day: str) -> datetime | None:
    if not day:
        return None
    on = date.fromisoformat(day)
    return datetime(on.year, on.month, on.day, tzinfo=ZoneInfo(settings().shop_timezone)).astimezone(UTC)


def _end_of(day: str) -> datetime | None:
    """Return when ``day`` is over: who asks until Friday means Friday too."""
    return _start_of((date.fromisoformat(day) + timedelta(days=1)).isoformat()) if day else None
