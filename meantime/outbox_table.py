"""The outbox on a terminal."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from sqlalchemy.orm import Session

from meantime.conversations.outbox_view import MOST, counts, rows


def table_of(session: Session) -> RenderableType:
    """Return the counts by channel and state, and below them each delivery that waits or needs to be seen to."""
    found = counts(session)
    if not found:
        return "Nothing has been put into the outbox yet."
    summary = Table("Channel", "State", "Deliveries")
    for (channel, state), count in sorted(found.items()):
        summary.add_row(channel, state, str(count))
    open_ones = rows(session)
    if not open_ones:
        return Group(summary, "Nothing waits, and nothing needs to be seen to.")
    details = Table("ID", "Channel", "State", "Code", "Tries", "Since", "Next try", "Conversation")
    for row in open_ones:
        next_try = f"{row.next_try:%m-%d %H:%M:%S}" if row.next_try else ""
        details.add_row(
            *(str(row.id), row.channel, row.state, row.code, str(row.attempts), f"{row.since:%m-%d %H:%M}", next_try),
            row.conversation_id,
        )
    more = f"The newest {MOST} are shown." if len(open_ones) == MOST else ""
    return Group(summary, details, f"Times are UTC. {more}".strip())
