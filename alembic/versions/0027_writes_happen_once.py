"""A version of alerts, marks and decisions on prices, who changed each last and when; the turn of a product's decisions."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0027"
down_revision: str | Sequence[str] | None = "0026"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


TURNS = """
UPDATE price_decisions SET turn = (
    SELECT COUNT(*) FROM price_decisions AS earlier
    WHERE earlier.dataset = price_decisions.dataset AND earlier.product_id = price_decisions.product_id
    AND earlier.id <= price_decisions.id
)
"""
CHANGES = """
UPDATE price_decisions SET
    changed_by = CASE WHEN applied_by <> '' THEN applied_by ELSE decided_by END,
    changed_at = COALESCE(closed_at, applied_at, decided_at)
"""


def upgrade() -> None:
    op.add_column("churn_alerts", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("price_decisions", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.add_column("price_decisions", sa.Column("changed_by", sa.String(), server_default="", nullable=False))
    op.add_column("price_decisions", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("price_decisions", sa.Column("turn", sa.Integer(), server_default="0", nullable=False))
    op.execute(TURNS)
    op.execute(CHANGES)
    op.create_index("price_decisions_turns", "price_decisions", ["dataset", "product_id", "turn"], unique=True)
    op.add_column("propensity_picks", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.execute("ALTER TABLE propensity_picks RENAME COLUMN marked_by TO changed_by")
    op.execute("ALTER TABLE propensity_picks RENAME COLUMN marked_at TO changed_at")


def downgrade() -> None:
    op.execute("ALTER TABLE propensity_picks RENAME COLUMN changed_at TO marked_at")
    op.execute("ALTER TABLE propensity_picks RENAME COLUMN changed_by TO marked_by")
    op.drop_column("propensity_picks", "version")
    op.drop_index("price_decisions_turns", table_name="price_decisions")
    for column in ("turn", "changed_at", "changed_by", "version"):
        op.drop_column("price_decisions", column)
    op.drop_column("churn_alerts", "changed_at")
