"""What was settled of an import, who settled it, and how files of the same layout were read."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | Sequence[str] | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("import_batches", schema=None) as batch_op:
        for name in ("choices", "remembered", "summary"):
            batch_op.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("changed_by", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "import_layouts",
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("proposed", sa.JSON(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_import_layouts")),
    )


def downgrade() -> None:
    op.drop_table("import_layouts")
    with op.batch_alter_table("import_batches", schema=None) as batch_op:
        for name in ("changed_at", "changed_by", "version", "summary", "remembered", "choices"):
            batch_op.drop_column(name)
