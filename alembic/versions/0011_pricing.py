"""Prices: observations, suggestions, decisions."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | Sequence[str] | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "price_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset", sa.Enum("company", "demo", name="dataset", native_enum=False, length=16), nullable=False),
        sa.Column("product_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("price_before", sa.Float(), nullable=False),
        sa.Column("price", sa.Float(), nullable=False),
        sa.Column("suggested", sa.Float(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_by", sa.String(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("model_version", sa.String(), nullable=False),
        sa.Column("expected_quantity", sa.Float(), nullable=False),
        sa.Column("expected_revenue", sa.Float(), nullable=False),
        sa.Column("expected_profit", sa.Float(), nullable=True),
        sa.Column("profit_change", sa.Float(), nullable=True),
        sa.Column("profit_change_low", sa.Float(), nullable=True),
        sa.Column("profit_change_high", sa.Float(), nullable=True),
        sa.Column("prediction_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ledger_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_decisions")),
    )
    op.create_index("price_decisions_by_product", "price_decisions", ["dataset", "product_id", "id"], unique=False)
    op.create_index(
        "price_decisions_pending",
        "price_decisions",
        ["dataset", "product_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('approved', 'scheduled')"),
        postgresql_where=sa.text("state IN ('approved', 'scheduled')"),
    )
    op.create_table(
        "price_limits",
        sa.Column("dataset", sa.Enum("company", "demo", name="dataset", native_enum=False, length=16), nullable=False),
        sa.Column("product_id", sa.String(), nullable=False),
        sa.Column("floor", sa.Float(), nullable=True),
        sa.Column("ceiling", sa.Float(), nullable=True),
        sa.Column("margin", sa.Float(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("dataset", "product_id", name=op.f("pk_price_limits")),
    )
    op.create_table(
        "price_observations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset", sa.Enum("company", "demo", name="dataset", native_enum=False, length=16), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("product_id", sa.String(), nullable=False),
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("price", sa.Float(), nullable=False),
        sa.Column("quantity", sa.Float(), nullable=False),
        sa.Column("deal", sa.Float(), nullable=True),
        sa.Column("feat", sa.Float(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_observations")),
    )
    op.create_index(
        "price_observations_identity", "price_observations", ["dataset", "period", "product_id", "store"], unique=True
    )
    op.create_table(
        "price_releases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset", sa.Enum("company", "demo", name="dataset", native_enum=False, length=16), nullable=False),
        sa.Column("data_version", sa.String(), nullable=False),
        sa.Column("model_version", sa.String(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("products", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("worth", sa.Integer(), nullable=False),
        sa.Column("gain", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_releases")),
    )
    op.create_index(op.f("ix_price_releases_dataset"), "price_releases", ["dataset"], unique=False)
    op.create_table(
        "price_products",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.Column("price", sa.Float(), nullable=False),
        sa.Column("last_price", sa.Float(), nullable=False),
        sa.Column("cost", sa.Float(), nullable=True),
        sa.Column("quantity", sa.Float(), nullable=False),
        sa.Column("quantity_low", sa.Float(), nullable=False),
        sa.Column("quantity_high", sa.Float(), nullable=False),
        sa.Column("elasticity", sa.Float(), nullable=True),
        sa.Column("elasticity_low", sa.Float(), nullable=True),
        sa.Column("elasticity_high", sa.Float(), nullable=True),
        sa.Column("refusal", sa.String(), nullable=False),
        sa.Column("periods", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("spread", sa.Float(), nullable=False),
        sa.Column("lowest", sa.Float(), nullable=False),
        sa.Column("highest", sa.Float(), nullable=False),
        sa.Column("suggested", sa.Float(), nullable=True),
        sa.Column("bound", sa.String(), nullable=False),
        sa.Column("withheld", sa.String(), nullable=False),
        sa.Column("worth", sa.Boolean(), nullable=False),
        sa.Column("profit_change", sa.Float(), nullable=True),
        sa.Column("profit_change_low", sa.Float(), nullable=True),
        sa.Column("profit_change_high", sa.Float(), nullable=True),
        sa.Column("weeks", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["price_releases.id"],
            name=op.f("fk_price_products_release_id_price_releases"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_products")),
    )
    op.create_index("price_products_by_elasticity", "price_products", ["release_id", "elasticity"], unique=False)
    op.create_index("price_products_by_gain", "price_products", ["release_id", "profit_change"], unique=False)
    op.create_index("price_products_by_name", "price_products", ["release_id", "label"], unique=False)
    op.create_index("price_products_by_price", "price_products", ["release_id", "price"], unique=False)
    op.create_index("price_products_by_suggestion", "price_products", ["release_id", "suggested"], unique=False)
    op.create_index("price_products_identity", "price_products", ["release_id", "product_id"], unique=True)


def downgrade() -> None:
    op.drop_index("price_products_identity", table_name="price_products")
    op.drop_index("price_products_by_suggestion", table_name="price_products")
    op.drop_index("price_products_by_price", table_name="price_products")
    op.drop_index("price_products_by_name", table_name="price_products")
    op.drop_index("price_products_by_gain", table_name="price_products")
    op.drop_index("price_products_by_elasticity", table_name="price_products")
    op.drop_table("price_products")
    op.drop_index(op.f("ix_price_releases_dataset"), table_name="price_releases")
    op.drop_table("price_releases")
    op.drop_index("price_observations_identity", table_name="price_observations")
    op.drop_table("price_observations")
    op.drop_table("price_limits")
    op.drop_index(
        "price_decisions_pending",
        table_name="price_decisions",
        sqlite_where=sa.text("state IN ('approved', 'scheduled')"),
        postgresql_where=sa.text("state IN ('approved', 'scheduled')"),
    )
    op.drop_index("price_decisions_by_product", table_name="price_decisions")
    op.drop_table("price_decisions")
