"""The desk: staff and their sessions, what a person does with a conversation, promises of one's own, ratings"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from meantime.db import UtcTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

AWAITS = sa.text("awaits_since is not null")
ANSWERED = sa.text("first_answered_at is not null")
SNOOZED = sa.text("snoozed_until is not null")
UNDELIVERED = sa.text("undelivered_at is not null")
CLOSED = sa.text("closed_at is not null")
NOT_ERASED = sa.text("erased_at is null")
HAS_PICTURES = sa.text("media <> '[]'")
OPEN = sa.text("kept_at is null and withdrawn_at is null")
UNDECIDED = sa.text("decided_at is null")

NEW_COLUMNS = {
    "conversations": (
        lambda: sa.Column("handed_off_kind", sa.String(length=20), nullable=False, server_default=""),
        lambda: sa.Column("handed_off_at", UtcTime(timezone=True)),
        lambda: sa.Column("summed_up_at", UtcTime(timezone=True)),
        lambda: sa.Column("awaits_since", UtcTime(timezone=True)),
        lambda: sa.Column("first_answered_at", UtcTime(timezone=True)),
        lambda: sa.Column("told_late_at", UtcTime(timezone=True)),
        lambda: sa.Column("snoozed_until", UtcTime(timezone=True)),
        lambda: sa.Column("closed_at", UtcTime(timezone=True)),
        lambda: sa.Column("closed_by", sa.String(), nullable=False, server_default=""),
        lambda: sa.Column("closed_because", sa.String(), nullable=False, server_default=""),
        lambda: sa.Column("hand_back_note", sa.String(), nullable=False, server_default=""),
        lambda: sa.Column("hand_back_order", sa.String(length=100)),
        lambda: sa.Column("erased_at", UtcTime(timezone=True)),
    ),
    "conversation_notes": (lambda: sa.Column("author", sa.String(length=100), nullable=False, server_default=""),),
    "changes": (
        lambda: sa.Column("decided_at", UtcTime(timezone=True)),
        lambda: sa.Column("reason", sa.String(), nullable=False, server_default=""),
        lambda: sa.Column("conflict", sa.String(length=20), nullable=False, server_default=""),
        lambda: sa.Column("conversation_id", sa.String(length=64)),
    ),
    "customers": (lambda: sa.Column("erased_at", UtcTime(timezone=True)),),
}


def upgrade() -> None:
    """Add the columns and the tables. Whoever waits for a person now has waited since they were queued."""
    for table, columns in NEW_COLUMNS.items():
        for column in columns:
            op.add_column(table, column())
    op.execute("update conversations set awaits_since = queued_at, handed_off_at = queued_at where owner = 'queue'")
    op.create_index("ix_conversations_agent_name", "conversations", ["agent_name", "owner"])
    op.create_index("ix_conversations_last_message_at", "conversations", ["last_message_at"])
    op.create_index(
        "ix_conversations_awaits", "conversations", ["awaits_since"], sqlite_where=AWAITS, postgresql_where=AWAITS
    )
    op.create_index(
        "ix_conversations_first_answered",
        "conversations",
        ["first_answered_at"],
        sqlite_where=ANSWERED,
        postgresql_where=ANSWERED,
    )
    op.create_index(
        "ix_conversations_snoozed", "conversations", ["snoozed_until"], sqlite_where=SNOOZED, postgresql_where=SNOOZED
    )
    op.create_index("ix_audit_key", "audit", ["key"], postgresql_ops={"key": "varchar_pattern_ops"})
    for name, where in (("undelivered", UNDELIVERED), ("closed", CLOSED)):
        op.create_index(
            f"ix_conversations_{name}", "conversations", [f"{name}_at"], sqlite_where=where, postgresql_where=where
        )
    op.create_index(
        "ix_conversations_to_erase",
        "conversations",
        ["created_at"],
        sqlite_where=NOT_ERASED,
        postgresql_where=NOT_ERASED,
    )
    op.create_index(
        "ix_messages_pictures", "messages", ["at"], sqlite_where=HAS_PICTURES, postgresql_where=HAS_PICTURES
    )
    _staff()
    _conversations()
    _promises()
    _records()


def downgrade() -> None:
    """Take them away again."""
    for table in ("staff_promises", "ratings", "desk_viewers", "canned_replies", "sign_ins", "staff_sessions", "staff"):
        op.drop_table(table)
    op.drop_index("ix_changes_state", "changes")
    op.drop_index("ix_events_undecided", "events")
    for index in ("at", "what", "who"):
        op.drop_index(f"ix_audit_{index}", "audit")
    op.drop_index("ix_audit_key", "audit")
    op.drop_index("ix_messages_pictures", "messages")
    for index in (
        "to_erase",
        "closed",
        "undelivered",
        "snoozed",
        "first_answered",
        "awaits",
        "last_message_at",
        "agent_name",
    ):
        op.drop_index(f"ix_conversations_{index}", "conversations")
    for table, columns in NEW_COLUMNS.items():
        for column in columns:
            op.drop_column(table, column().name)


def _staff() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("name_key", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=100), nullable=False),
        sa.Column("disabled_at", UtcTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("name", name=op.f("uq_staff_name")),
        sa.UniqueConstraint("name_key", name=op.f("uq_staff_name_key")),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", UtcTime(timezone=True), nullable=False),
        sa.Column("expires_at", UtcTime(timezone=True), nullable=False),
        sa.Column("revoked_at", UtcTime(timezone=True)),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_sessions_staff_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_sessions")),
    )
    op.create_index(op.f("ix_staff_sessions_staff_id"), "staff_sessions", ["staff_id"])
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name_key", sa.String(length=60), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("at", UtcTime(timezone=True), nullable=False),
        sa.Column("has_failed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
    )
    op.create_index("ix_sign_ins_name", "sign_ins", ["name_key", "at"])
    op.create_index("ix_sign_ins_address", "sign_ins", ["address_hash", "at"])
    op.create_table(
        "canned_replies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shortcut", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("updated_by", sa.String(length=100), nullable=False),
        sa.Column("updated_at", UtcTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_replies")),
        sa.UniqueConstraint("shortcut", name=op.f("uq_canned_replies_shortcut")),
    )


def _conversations() -> None:
    op.create_table(
        "desk_viewers",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("seen_at", UtcTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_desk_viewers_conversation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_viewers")),
    )
    op.create_index(op.f("ix_desk_viewers_conversation_id"), "desk_viewers", ["conversation_id"])
    op.create_table(
        "ratings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("agent_name", sa.String(length=100), nullable=False),
        sa.Column("asked_at", UtcTime(timezone=True), nullable=False),
        sa.Column("stars", sa.Integer()),
        sa.Column("rated_at", UtcTime(timezone=True)),
        sa.Column("word", sa.String(), nullable=False),
        sa.CheckConstraint("stars between 1 and 5", name=op.f("ck_ratings_stars")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_ratings_conversation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ratings")),
    )
    op.create_index(op.f("ix_ratings_conversation_id"), "ratings", ["conversation_id"])


def _promises() -> None:
    op.create_table(
        "staff_promises",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("order_number", sa.String(length=100)),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", UtcTime(timezone=True), nullable=False),
        sa.Column("due_at", UtcTime(timezone=True), nullable=False),
        sa.Column("reminded_at", UtcTime(timezone=True)),
        sa.Column("escalated_at", UtcTime(timezone=True)),
        sa.Column("kept_at", UtcTime(timezone=True)),
        sa.Column("kept_by", sa.String(length=100), nullable=False),
        sa.Column("withdrawn_at", UtcTime(timezone=True)),
        sa.ForeignKeyConstraint(["order_number"], ["orders.number"], name=op.f("fk_staff_promises_order_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_promises")),
    )
    op.create_index(op.f("ix_staff_promises_conversation_id"), "staff_promises", ["conversation_id"])
    op.create_index(op.f("ix_staff_promises_made_by"), "staff_promises", ["made_by"])
    op.create_index("ix_staff_promises_open", "staff_promises", ["due_at"], sqlite_where=OPEN, postgresql_where=OPEN)


def _records() -> None:
    op.create_index("ix_changes_state", "changes", ["state", "id"])
    op.create_index("ix_events_undecided", "events", ["kind", "id"], sqlite_where=UNDECIDED, postgresql_where=UNDECIDED)
    op.create_index("ix_audit_who", "audit", ["who", "id"])
    op.create_index("ix_audit_what", "audit", ["what", "id"])
    op.create_index("ix_audit_at", "audit", ["at"])
