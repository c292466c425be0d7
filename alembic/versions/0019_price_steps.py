"""Prices that were really tried, weeks without a sale, and the step of a suggestion

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "price_rules",
        sa.Column("dataset", sa.Enum("company", "demo", name="dataset", native_enum=False, length=16), nullable=False),
        sa.Column("step", sa.Float(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("dataset", name=op.f("pk_price_rules")),
    )
    with op.batch_alter_table("price_products") as table:
        table.add_column(sa.Column("tried_low", sa.Float(), nullable=True))
        table.add_column(sa.Column("tried_high", sa.Float(), nullable=True))
        table.add_column(sa.Column("sold_share", sa.Float(), nullable=True))
        table.add_column(sa.Column("promoted", sa.Float(), nullable=True))
    op.execute("UPDATE price_products SET tried_low = lowest, tried_high = highest, sold_share = 1")
    with op.batch_alter_table("price_products") as table:
        for name in ("tried_low", "tried_high", "sold_share"):
            table.alter_column(name, existing_type=sa.Float(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("price_products") as table:
        for name in ("promoted", "sold_share", "tried_high", "tried_low"):
            table.drop_column(name)
    op.drop_table("price_rules")
