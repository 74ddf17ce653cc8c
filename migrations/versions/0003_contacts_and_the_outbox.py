"""Contacts with the ledger of what they agreed to, and the outbox of what goes to their phones and mailboxes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from meantime.db import UtcTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
IS_OPEN = sa.text("state in ('waiting', 'sending', 'unknown')")


def upgrade() -> None:
    """Add three tables, and columns that refer to them or say where something came from."""
    op.create_table(
        "contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("ours", sa.String(length=320), nullable=False),
        sa.Column("theirs", sa.String(length=320), nullable=False),
        sa.Column("opted_out_at", UtcTime(timezone=True), nullable=True),
        sa.Column("claimed_until", UtcTime(timezone=True), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("channel", "ours", "theirs", name=op.f("uq_contacts_channel")),
    )
    op.create_table(
        "contact_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", UtcTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_contact_events_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_events")),
    )
    op.create_index(op.f("ix_contact_events_contact_id"), "contact_events", ["contact_id"])
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("is_farewell", sa.Boolean(), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=True),
        sa.Column("error_code", sa.String(length=20), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", UtcTime(timezone=True), nullable=True),
        sa.Column("retry_at", UtcTime(timezone=True), nullable=True),
        sa.Column("created_at", UtcTime(timezone=True), nullable=False),
        sa.Column("first_tried_at", UtcTime(timezone=True), nullable=True),
        sa.Column("sent_at", UtcTime(timezone=True), nullable=True),
        sa.Column("reported_at", UtcTime(timezone=True), nullable=True),
        sa.Column("followed_up_at", UtcTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_deliveries_contact_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_deliveries_conversation_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_deliveries_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("message_id", "channel", "part", name=op.f("uq_deliveries_message_id")),
    )
    op.create_index(
        "ix_deliveries_open",
        "deliveries",
        ["contact_id", "id"],
        sqlite_where=IS_OPEN,
        postgresql_where=IS_OPEN,
    )
    op.create_index("ix_deliveries_conversation", "deliveries", ["conversation_id", "state"])
    op.create_index(op.f("ix_deliveries_provider_id"), "deliveries", ["provider_id"])
    # In plain SQL: Alembic would copy the table on SQLite, and messages refer to it.
    op.execute(
        "ALTER TABLE conversations ADD COLUMN contact_id INTEGER "
        "CONSTRAINT fk_conversations_contact_id REFERENCES contacts (id)"
    )
    op.add_column("conversations", sa.Column("undelivered_at", UtcTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_conversations_contact_id"), "conversations", ["contact_id"])
    with op.batch_alter_table("messages") as messages:
        messages.add_column(sa.Column("media", JSON, nullable=False, server_default="[]"))
    with op.batch_alter_table("proofs") as proofs:
        proofs.add_column(sa.Column("address_hash", sa.String(length=64), nullable=False, server_default=""))
        proofs.create_index(op.f("ix_proofs_address_hash"), ["address_hash"])
    with op.batch_alter_table("customers") as customers:
        customers.add_column(sa.Column("sms_opt_in_at", UtcTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take them away again."""
    with op.batch_alter_table("customers") as customers:
        customers.drop_column("sms_opt_in_at")
    with op.batch_alter_table("proofs") as proofs:
        proofs.drop_index(op.f("ix_proofs_address_hash"))
        proofs.drop_column("address_hash")
    with op.batch_alter_table("messages") as messages:
        messages.drop_column("media")
    with op.batch_alter_table("conversations") as conversations:
        conversations.drop_index(op.f("ix_conversations_contact_id"))
        conversations.drop_column("undelivered_at")
        conversations.drop_column("contact_id")
    op.drop_table("deliveries")
    op.drop_table("contact_events")
    op.drop_table("contacts")
