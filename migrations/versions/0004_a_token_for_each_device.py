"""A conversation is opened by several tokens, one for each device"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import meantime.db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give tokens a table of their own; those that were given out go on opening what they opened."""
    op.create_table(
        "conversation_tokens",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", meantime.db.UtcTime(timezone=True), nullable=False),
        sa.Column("revoked_at", meantime.db.UtcTime(timezone=True), nullable=True),
        sa.Column("proof_expires_at", meantime.db.UtcTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_conversation_tokens_conversation_id_conversations"),
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_conversation_tokens")),
    )
    op.create_index(op.f("ix_conversation_tokens_conversation_id"), "conversation_tokens", ["conversation_id"])
    op.create_index("ix_conversation_tokens_address", "conversation_tokens", ["address_hash", "created_at"])
    op.execute(
        "insert into conversation_tokens (token_hash, conversation_id, address_hash, created_at, proof_expires_at) "
        "select token_hash, id, address_hash, created_at, customer_proof_expires_at from conversations"
    )
    op.add_column("messages", sa.Column("token_hash", sa.String(length=64), nullable=True))
    with op.batch_alter_table("conversations") as conversations:
        conversations.drop_constraint("uq_conversations_token_hash", type_="unique")
        conversations.drop_column("token_hash")


def downgrade() -> None:
    """Leave each conversation its newest token; the others, and those taken away, open nothing any more."""
    op.add_column("conversations", sa.Column("token_hash", sa.String(length=64), nullable=True))
    op.execute(
        "update conversations set token_hash = coalesce((select token_hash from conversation_tokens t "
        "where t.conversation_id = conversations.id and t.revoked_at is null "
        "order by t.created_at desc, t.token_hash limit 1), id)"
    )
    with op.batch_alter_table("conversations") as conversations:
        conversations.alter_column("token_hash", existing_type=sa.String(length=64), nullable=False)
        conversations.create_unique_constraint("uq_conversations_token_hash", ["token_hash"])
    op.drop_column("messages", "token_hash")
    op.drop_table("conversation_tokens")
