"""Whether an order line was sold on promotion."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0024"
down_revision: str | Sequence[str] | None = "0023"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("order_lines", sa.Column("promotion", sa.Float(), nullable=True))


def downgrade() -> None:
    op.drop_column("order_lines", "promotion")
