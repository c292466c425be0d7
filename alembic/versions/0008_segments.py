"""Customer segments."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | Sequence[str] | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

OF_RELEASE = ("revenue", "orders", "recency")


def upgrade() -> None:
    op.create_index("order_lines_by_customer", "order_lines", ["dataset", "customer_id", "ordered_at"], unique=False)
    op.create_table(
        "segment_releases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset", sa.Enum("company", "demo", name="dataset", native_enum=False, length=16), nullable=False),
        sa.Column("data_version", sa.String(), nullable=False),
        sa.Column("model_version", sa.String(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("before", sa.Date(), nullable=False),
        sa.Column("window_days", sa.Integer(), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("without_purchase", sa.Integer(), nullable=False),
        sa.Column("revenue", sa.Float(), nullable=False),
        sa.Column("silhouette", sa.Float(), nullable=False),
        sa.Column("stability", sa.Float(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("months", sa.JSON(), nullable=False),
        sa.Column("model", sa.JSON(), nullable=False),
        sa.Column("scatter", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment_releases")),
    )
    op.create_index(op.f("ix_segment_releases_dataset"), "segment_releases", ["dataset"], unique=False)
    op.create_table(
        "segment_groups",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("segment", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("customers_before", sa.Integer(), nullable=False),
        sa.Column("revenue", sa.Float(), nullable=False),
        sa.Column("revenue_before", sa.Float(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("recency", sa.Float(), nullable=False),
        sa.Column("r", sa.Float(), nullable=False),
        sa.Column("f", sa.Float(), nullable=False),
        sa.Column("m", sa.Float(), nullable=False),
        sa.Column("chance", sa.Float(), nullable=False),
        _of_release("segment_groups"),
        sa.PrimaryKeyConstraint("release_id", "segment", name=op.f("pk_segment_groups")),
    )
    op.create_table(
        "segment_moves",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("came_from", sa.String(length=32), nullable=False),
        sa.Column("went_to", sa.String(length=32), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        _of_release("segment_moves"),
        sa.PrimaryKeyConstraint("release_id", "month", "came_from", "went_to", name=op.f("pk_segment_moves")),
    )
    op.create_table(
        "segment_members",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("segment", sa.String(length=32), nullable=False),
        sa.Column("came_from", sa.String(length=32), nullable=False),
        sa.Column("recency", sa.Integer(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("revenue", sa.Float(), nullable=False),
        sa.Column("average_order", sa.Float(), nullable=False),
        sa.Column("r", sa.Integer(), nullable=False),
        sa.Column("f", sa.Integer(), nullable=False),
        sa.Column("m", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("history", sa.String(), nullable=False),
        _of_release("segment_members"),
        sa.PrimaryKeyConstraint("release_id", "customer_id", name=op.f("pk_segment_members")),
    )
    for column in OF_RELEASE:
        op.create_index(f"segment_members_by_{column}", "segment_members", ["release_id", column], unique=False)
    op.create_index("segment_members_by_label", "segment_members", ["release_id", "label", "customer_id"], unique=False)
    op.create_index("segment_members_by_average", "segment_members", ["release_id", "average_order"], unique=False)
    op.create_index(
        "segment_members_of_segment",
        "segment_members",
        ["release_id", "segment", "came_from", "revenue"],
        unique=False,
    )


def _of_release(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["release_id"],
        ["segment_releases.id"],
        name=op.f(f"fk_{table}_release_id_segment_releases"),
        ondelete="CASCADE",
    )


def downgrade() -> None:
    for table in ("segment_members", "segment_moves", "segment_groups", "segment_releases"):
        op.drop_table(table)
    op.drop_index("order_lines_by_customer", table_name="order_lines")
