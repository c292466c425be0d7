"""The values of reasons, so that each reader has them in a language of one's own; what is there keeps its text."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0025"
down_revision: str | Sequence[str] | None = "0024"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ("ai_models", "model_promotions")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("reason_values", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_column(table, "reason_values")
