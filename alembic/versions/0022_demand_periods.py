"""Demand: states of series, bands of sums, and days that forecasts look past."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | Sequence[str] | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("forecast_releases", sa.Column("left_out", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
    op.add_column("demand_series", sa.Column("state", sa.String(16), server_default="", nullable=False))
    op.add_column("demand_series", sa.Column("sum_shares", sa.JSON(), server_default=sa.text("'{}'"), nullable=False))
    op.create_table(
        "demand_left_out",
        sa.Column("dataset", sa.Enum("company", "demo", name="dataset", native_enum=False, length=16), nullable=False),
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("ds", sa.Date(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("dataset", "series", "ds", name=op.f("pk_demand_left_out")),
    )


def downgrade() -> None:
    op.drop_table("demand_left_out")
    op.drop_column("demand_series", "sum_shares")
    op.drop_column("demand_series", "state")
    op.drop_column("forecast_releases", "left_out")
