"""A conversation as staff read it: what was said and what was noted, in the order it happened, day by day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from heapq import merge
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from meantime.conversations.notes import ShownNote
from meantime.conversations.outbox import FAILED, PARKED, SUPPRESSED, UNDELIVERED
from meantime.conversations.staff_reading import Line, transcript_after
from meantime.conversations.tables import AGENT, BOT, CUSTOMER
from meantime.desk.showing import local

A_PAGE = 80
MOST_LIVE = 1_000
"""A page that has been open for so many messages shows the next ones when it is loaded anew."""
HAS_NOT_ARRIVED = frozenset({FAILED, UNDELIVERED, PARKED, SUPPRESSED})


@dataclass(frozen=True, slots=True)
class Choice:
    """Something the customer could choose, and whether they did."""

    title: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a message on its way out, in words."""

    words: str
    is_bad: bool


@dataclass(frozen=True, slots=True)
class Said:
    """One message. ``side`` is how it is shown: customer, agent, bot or system."""

    line: Line
    side: str
    choices: tuple[Choice, ...]
    sent: tuple[Sent, ...]
    meant: str
    """What the assistant took the customer's words for, and how sure it was."""
    pictures: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"m{self.line.seq}"

    @property
    def at(self) -> datetime:
        return self.line.at


@dataclass(frozen=True, slots=True)
class Noted:
    """One internal note."""

    note: ShownNote

    @property
    def key(self) -> str:
        return f"n{self.note.id}"

    @property
    def at(self) -> datetime:
        return self.note.at


@dataclass(frozen=True, slots=True)
class Day:
    """What was said and noted on one day."""

    on: date
    entries: tuple[Said | Noted, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a conversation. ``before`` is the number of its first message where older ones are left, else None;
    ``revision`` how far the conversation was."""

    days: tuple[Day, ...]
    before: int | None
    revision: int
    last_seq: int


def page_after(session: Session, conversation_id: str, seq: int) -> Page:
    """Return everything after the message ``seq``. Raises UnknownConversation."""
    return _page(session, conversation_id, max(0, seq), MOST_LIVE, None)


def page_before(session: Session, conversation_id: str, seq: int) -> Page:
    """Return the messages just before the message ``seq``. Raises UnknownConversation."""
    after = max(0, seq - 1 - A_PAGE)
    return _page(session, conversation_id, after, max(0, seq - 1 - after), seq)


def _page(session: Session, conversation_id: str, after: int, most: int, before: int | None) -> Page:
    # One more than is shown: notes lie between messages, and belong to the page of the one before them.
    read = transcript_after(session, conversation_id, after, most + 1)
    lines = [line for line in read.messages if before is None or line.seq < before]
    next_at = next((line.at for line in read.messages if line.seq == before), None) if before else None
    first_at = lines[0].at if after and lines else None
    notes = [
        note
        for note in read.notes
        if (first_at is None or note.at >= first_at) and (next_at is None or note.at < next_at)
    ]
    # Messages stay in their order, whatever the clocks of several gateways say of it.
    parts: list[Iterator[Said | Noted]] = [_said(lines), map(Noted, notes)]
    entries = list(merge(*parts, key=_at))
    return Page(tuple(_by_day(entries)), after + 1 if after else None, read.revision, read.last_seq)


def _at(entry: Said | Noted) -> datetime:
    return entry.at


def _said(lines: Sequence[Line]) -> Iterator[Said]:
    chosen = _chosen(lines)
    for line in lines:
        yield Said(
            line=line,
            side=line.author if line.author in (CUSTOMER, AGENT, BOT) else "system",
            choices=tuple(Choice(option.title, (line.seq, option.title) in chosen) for option in line.options),
            sent=tuple(
                Sent(
                    ": ".join(filter(None, (f"{_over(sent.channel)} {sent.words}", sent.error))),
                    sent.state in HAS_NOT_ARRIVED,
                )
                for sent in line.deliveries
            ),
            meant=_meant(line),
            pictures=tuple(picture.url for picture in line.pictures if _can_be_opened(picture.url)),
        )


def _chosen(lines: Sequence[Line]) -> set[tuple[int, str]]:
    """Return what was chosen: by an option's title, the newest message before that offered it."""
    found = set()
    offered: dict[str, int] = {}
    for line in lines:
        if line.is_choice and line.text in offered:
            found.add((offered[line.text], line.text))
        offered |= {option.title: line.seq for option in line.options}
    return found


def _over(channel: str) -> str:
    return {"sms": "Text message", "email": "E-mail"}.get(channel, "Message")


def _meant(line: Line) -> str:
    if line.author != CUSTOMER or not line.intent:
        return ""
    words = line.intent.replace("_", " ").replace("/", ": ")
    return words if line.confidence is None else f"{words}, {line.confidence:.0%}"


def _can_be_opened(url: str) -> bool:
    return urlsplit(url).scheme in ("https", "http")


def _by_day(entries: Sequence[Said | Noted]) -> Iterator[Day]:
    day: list[Said | Noted] = []
    for entry in entries:
        if day and local(entry.at).date() != local(day[0].at).date():
            yield Day(local(day[0].at).date(), tuple(day))
            day = []
        day.append(entry)
    if day:
        yield Day(local(day[0].at).date(), tuple(day))
