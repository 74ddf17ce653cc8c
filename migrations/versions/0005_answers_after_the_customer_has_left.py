"""Whether a customer was asked where the answer may go, and notes for staff on a conversation"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from meantime.db import UtcTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

IS_LOST = sa.text("state in ('undelivered', 'failed', 'parked', 'suppressed') and followed_up_at is null")


def upgrade() -> None:
    """Add a column, a table, and the way to find what was lost."""
    op.add_column("conversations", sa.Column("contact_asks", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "conversation_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", UtcTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_conversation_notes_conversation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation_notes")),
    )
    op.create_index(op.f("ix_conversation_notes_conversation_id"), "conversation_notes", ["conversation_id"])
    op.create_index("ix_deliveries_lost", "deliveries", ["id"], sqlite_where=IS_LOST, postgresql_where=IS_LOST)


def downgrade() -> None:
    """Take them away again."""
    op.drop_index("ix_deliveries_lost", "deliveries")
    op.drop_table("conversation_notes")
    op.drop_column("conversations", "contact_asks")
