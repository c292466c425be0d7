"""What an import changed, so that it can be undone."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | Sequence[str] | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

OWNED = ("customers", "products", "route_stops")
"""Tables whose rows did not say yet which import they are of."""


def upgrade() -> None:
    op.create_table(
        "import_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("earlier_batch", sa.Integer(), nullable=True),
        sa.Column("before", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_changes")),
    )
    for name in ("batch_id", "earlier_batch"):
        op.create_index(op.f(f"ix_import_changes_{name}"), "import_changes", [name], unique=False)
    for table in OWNED:
        op.add_column(table, sa.Column("batch_id", sa.Integer(), nullable=True))
    op.add_column("data_versions", sa.Column("sound_since", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("import_batches", sa.Column("data_count", sa.Integer(), nullable=True))
    op.add_column("import_batches", sa.Column("undone", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("import_batches", sa.Column("undone_by", sa.String(), nullable=False, server_default=""))
    op.add_column("import_batches", sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("import_batches", schema=None) as batch_op:
        for name in ("undone_at", "undone_by", "undone", "data_count"):
            batch_op.drop_column(name)
    with op.batch_alter_table("data_versions", schema=None) as batch_op:
        batch_op.drop_column("sound_since")
    for table in OWNED:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("batch_id")
    for name in ("batch_id", "earlier_batch"):
        op.drop_index(op.f(f"ix_import_changes_{name}"), table_name="import_changes")
    op.drop_table("import_changes")
