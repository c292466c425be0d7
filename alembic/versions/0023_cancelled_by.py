"""Who asked a run to stop."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision: str = "0023"
down_revision: str | Sequence[str] | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "job_runs", sa.Column("cancelled_by", AutoString(), server_default="", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("job_runs", "cancelled_by")
