"""Swaps with their reservations, what customers wish until further notice, and a summary for who takes over"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import meantime.db

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    """Add two tables and two columns."""
    op.create_table(
        "reservations",
        sa.Column("order_line_id", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(length=100), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.String(length=64), nullable=False),
        sa.Column("expires_at", meantime.db.UtcTime(timezone=True), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_reservations_quantity")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_lines.id"], name=op.f("fk_reservations_order_line_id_order_lines")
        ),
        sa.ForeignKeyConstraint(["sku"], ["products.sku"], name=op.f("fk_reservations_sku_products")),
        sa.PrimaryKeyConstraint("order_line_id", name=op.f("pk_reservations")),
    )
    for column in ("sku", "proposal_id", "expires_at"):
        op.create_index(op.f(f"ix_reservations_{column}"), "reservations", [column])
    op.create_table(
        "standing_wishes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("order_number", sa.String(length=100), nullable=True),
        sa.Column("customer_id", sa.String(length=100), nullable=True),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("told", JSON, nullable=False),
        sa.Column("at", meantime.db.UtcTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_number"], ["orders.number"], name=op.f("fk_standing_wishes_order_number_orders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_wishes")),
        sa.UniqueConstraint("message_id", "kind", name=op.f("uq_standing_wishes_message_id")),
    )
    op.create_index("ix_standing_wishes_order", "standing_wishes", ["order_number", "id"])
    for column in ("customer_id", "conversation_id"):
        op.create_index(op.f(f"ix_standing_wishes_{column}"), "standing_wishes", [column])
    with op.batch_alter_table("conversations") as conversations:
        conversations.add_column(sa.Column("summary", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("proposals") as proposals:
        proposals.add_column(sa.Column("details", JSON, nullable=False, server_default="{}"))


def downgrade() -> None:
    """Take them away again."""
    with op.batch_alter_table("proposals") as proposals:
        proposals.drop_column("details")
    with op.batch_alter_table("conversations") as conversations:
        conversations.drop_column("summary")
    op.drop_table("standing_wishes")
    op.drop_table("reservations")
