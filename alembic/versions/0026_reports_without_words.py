"""What a report draws, and who asked for its run; its words are made when it is read, the older ones keep theirs."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision: str = "0026"
down_revision: str | Sequence[str] | None = "0025"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

FORMER = ("title", "headline")
"""Both stand in the text of a report that has one, and follow from the steps of its run."""


def upgrade() -> None:
    op.add_column("retrain_runs", sa.Column("asked_by", AutoString(), server_default="", nullable=False))
    op.add_column("retrain_reports", sa.Column("pictures", sa.JSON(), server_default="{}", nullable=False))
    for column in FORMER:
        op.drop_column("retrain_reports", column)


def downgrade() -> None:
    for column in FORMER:
        op.add_column("retrain_reports", sa.Column(column, AutoString(), server_default="", nullable=False))
    op.drop_column("retrain_reports", "pictures")
    op.drop_column("retrain_runs", "asked_by")
