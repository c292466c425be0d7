"""Deliveries, stops and what routes cost."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | Sequence[str] | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def _dataset() -> sa.Enum:
    return sa.Enum("company", "demo", name="dataset", native_enum=False, length=16)


def upgrade() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset", _dataset(), nullable=False),
        sa.Column("route_id", sa.String(), nullable=False),
        sa.Column("departed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cost", sa.Float(), nullable=False),
        sa.Column("distance_km", sa.Float(), nullable=True),
        sa.Column("weight_kg", sa.Float(), nullable=True),
        sa.Column("stops", sa.Integer(), nullable=True),
        sa.Column("vehicle_type", sa.String(), nullable=True),
        sa.Column("features", sa.Text(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    op.create_index("deliveries_identity", "deliveries", ["dataset", "route_id"], unique=True)
    op.create_index("deliveries_by_departure", "deliveries", ["dataset", "departed_at"], unique=False)
    op.create_table(
        "route_stops",
        sa.Column("dataset", _dataset(), nullable=False),
        sa.Column("route_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("dataset", "route_id", "seq", name=op.f("pk_route_stops")),
    )
    op.create_table(
        "route_releases",
        sa.Column("dataset", _dataset(), nullable=False),
        sa.Column("model_version", sa.String(), nullable=False),
        sa.Column("data_version", sa.String(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("deliveries", sa.Integer(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("vehicles", sa.JSON(), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("dataset", name=op.f("pk_route_releases")),
    )
    op.create_table(
        "route_estimates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset", _dataset(), nullable=False),
        sa.Column("route_id", sa.String(), nullable=False),
        sa.Column("model_version", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("departs_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("vehicle_type", sa.String(), nullable=True),
        sa.Column("distance_km", sa.Float(), nullable=True),
        sa.Column("weight_kg", sa.Float(), nullable=True),
        sa.Column("stops", sa.Integer(), nullable=True),
        sa.Column("expected", sa.Float(), nullable=False),
        sa.Column("lo_80", sa.Float(), nullable=False),
        sa.Column("hi_80", sa.Float(), nullable=False),
        sa.Column("baseline", sa.Float(), nullable=False),
        sa.Column("prediction_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_route_estimates")),
    )
    op.create_index("route_estimates_identity", "route_estimates", ["dataset", "route_id"], unique=True)
    op.create_index("route_estimates_by_maker", "route_estimates", ["dataset", "made_by"], unique=False)


def downgrade() -> None:
    for table in ("route_estimates", "route_releases", "route_stops", "deliveries"):
        op.drop_table(table)
