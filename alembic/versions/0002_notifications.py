"""Tables of notifications."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | Sequence[str] | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

UNREAD_AND_KEYED = sa.text("read_at IS NULL AND key IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "notifications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("dataset", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("message_values", sa.JSON(), nullable=False),
        sa.Column("route", sa.String(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_notifications_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
    )
    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notifications_dataset"), ["dataset"], unique=False)
        batch_op.create_index("notifications_of_person", ["user_id", "read_at", "id"], unique=False)
        batch_op.create_index(
            "notifications_unread_matter",
            ["user_id", "dataset", "key"],
            unique=True,
            sqlite_where=UNREAD_AND_KEYED,
            postgresql_where=UNREAD_AND_KEYED,
        )


def downgrade() -> None:
    op.drop_table("notifications")
