"""Answers to "why is it late" and "will it be here by then": what is known, compared with what was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from meantime.shop.deadlines import Deadline
from meantime.shop.lines import LineState, LineView
from meantime.shop.waits import Wait
from meantime.wording.replies import Reply
from meantime.wording.speech import day, listed
from meantime.wording.status import called, in_sentences

NOT_TOLD = "We were not told why."


def why(reply: Reply, told: Sequence[LineView], lines: Sequence[LineView], waits: Mapping[int, Wait]) -> Reply:
    """Say of each line that waits what it waits for. ``reply`` is the status, whose options stay."""
    waiting = [line for line in told if line.state is LineState.BACKORDERED and line.line in waits]
    if not waiting:
        return reply
    reasons = " ".join(_reason(called(line, lines), waits[line.line]) for line in waiting)
    unknown = f" {NOT_TOLD}" if any(waits[line.line].is_late for line in waiting) else ""
    text = f"{reasons}{unknown} I am sorry about the wait.\n\n{in_sentences(waiting, lines)}"
    return replace(reply, text=text, again=f"{reasons}{unknown}")


def in_time(reply: Reply, told: Sequence[LineView], lines: Sequence[LineView], deadline: Deadline) -> Reply:
    """Say whether each line comes by the day that was asked for. ``reply`` is the status, whose options stay."""
    open_lines = [line for line in told if line.state not in (LineState.DELIVERED, LineState.CANCELLED)]
    if not open_lines:
        return reply
    by = f"by {day(deadline.last)}"
    kinds: dict[str, list[str]] = {}
    for line in open_lines:
        kinds.setdefault(_verdict(line, deadline), []).append(called(line, lines))
    verdicts = " ".join(VERDICTS[kind].format(names=listed(kinds[kind]), by=by) for kind in VERDICTS if kind in kinds)
    return replace(reply, text=f"{verdicts}\n\n{in_sentences(open_lines, lines)}", again=verdicts)


IN_TIME, PERHAPS, TOO_LATE, UNKNOWN = "in time", "perhaps", "too late", "unknown"
VERDICTS = {
    IN_TIME: "As things stand, yes: {names} should be with you {by}.",
    PERHAPS: "Perhaps: {names} may be with you {by}, or a little later.",
    TOO_LATE: "As things stand, no: {names} will not be with you {by}.",
    UNKNOWN: "I cannot promise that: for {names} there is no date yet, so {by} is not sure.",
}


def _verdict(line: LineView, deadline: Deadline) -> str:
    expected = [parcel.expected_on for parcel in line.parcels if parcel.expected_on and parcel.delivered_on is None]
    if line.state is LineState.SHIPPED and expected:
        earliest = latest = max(expected)
    elif line.promise:
        earliest, latest = line.promise.earliest, line.promise.latest
    else:
        return UNKNOWN
    if latest <= deadline.last:
        return IN_TIME
    return PERHAPS if earliest <= deadline.last else TOO_LATE


def _reason(name: str, wait: Wait) -> str:
    if not wait.is_ordered:
        return f"{name} is sold out, and no delivery to us is planned yet."
    first = f" It was first due on {day(wait.first_due_on)}." if wait.first_due_on else ""
    if wait.due_on is None:
        missed = "has not come" if wait.first_due_on else "has no day yet"
        return f"{name} is sold out, and the next delivery to us {missed}.{first}"
    return f"{name} is sold out, and the next delivery to us is due on {day(wait.due_on)}.{first}"
