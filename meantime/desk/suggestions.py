"""Replies that the shop's own facts suggest, for the order talked about. A person reads, changes and sends them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from meantime.shop.lines import LineState, LineView, views, whole_order
from meantime.shop.policy import Policy
from meantime.shop.substitutes import NotSwappable, Substitute, substitutes_for
from meantime.wording import suggesting as say
from meantime.wording.tone import lint

MOST = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What stands on the button, and the words that are put into the reply."""

    title: str
    text: str


def suggestions_for(session: Session, number: str | None, channel: str, policy: Policy) -> list[Suggestion]:
    """Return the most useful replies about order ``number``, at most three; none where there is no such order. What a
    calm colleague would change is left out."""
    if number is None:
        return []
    try:
        order = whole_order(session, number)
    except NoResultFound:
        return []
    lines = views(session, order, policy=policy)
    found = _suggest(session, number, order.payment_status, lines, policy)
    sms = channel == "sms"
    fit = (one for one in found if not lint(one.text, channel="sms" if sms else "website"))
    return [one for one, _ in zip(fit, range(MOST), strict=False)]


def fingerprint(suggestions: Sequence[Suggestion]) -> str:
    """Return what differs as soon as they say something else: an order is cancelled, a date moves."""
    said = "\0".join(part for one in suggestions for part in (one.title, one.text))
    return sha256(said.encode()).hexdigest()[:16] if said else ""


def _suggest(
    session: Session, number: str, payment_status: str, lines: Sequence[LineView], policy: Policy
) -> Iterator[Suggestion]:
    waiting = [line for line in lines if line.state is LineState.BACKORDERED]
    ready = [line for line in lines if line.state is LineState.READY]
    dated = [line for line in waiting if line.promise is not None]
    undated = [line for line in waiting if line.promise is None]
    if dated:
        yield Suggestion("When it comes", say.when_it_comes(dated, payment_status))
    if undated:
        yield Suggestion("No date yet", say.no_date_yet(undated))
    if waiting and ready:
        yield Suggestion("Send what is ready", say.ready_can_go(ready, waiting))
    for line in waiting:
        instead = _substitute(session, number, line, policy)
        if instead is not None:
            yield Suggestion("Something similar", say.something_similar(line, instead))
            break
    if not waiting:
        yield Suggestion("Where it is", say.where_it_is(number, lines))


def _substitute(session: Session, number: str, line: LineView, policy: Policy) -> Substitute | None:
    try:
        offer = substitutes_for(session, number, line.line, "", policy)
    except NotSwappable:
        return None
    return offer.choices[0] if offer.choices and not offer.outside_band else None
