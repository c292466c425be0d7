"""Who is about to buy."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | Sequence[str] | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "propensity_lists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset", sa.Enum("company", "demo", name="dataset", native_enum=False, length=16), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("model_version", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Float(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=True),
        sa.Column("buyers", sa.Integer(), nullable=True),
        sa.Column("revenue", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_propensity_lists")),
    )
    op.create_index("propensity_lists_of_day", "propensity_lists", ["dataset", "as_of"], unique=True)
    op.create_table(
        "propensity_releases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset", sa.Enum("company", "demo", name="dataset", native_enum=False, length=16), nullable=False),
        sa.Column("data_version", sa.String(), nullable=False),
        sa.Column("model_version", sa.String(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("buyers", sa.Float(), nullable=False),
        sa.Column("buyers_low", sa.Float(), nullable=False),
        sa.Column("buyers_high", sa.Float(), nullable=False),
        sa.Column("buyers_before", sa.Integer(), nullable=False),
        sa.Column("revenue", sa.Float(), nullable=False),
        sa.Column("revenue_low", sa.Float(), nullable=False),
        sa.Column("revenue_high", sa.Float(), nullable=False),
        sa.Column("revenue_before", sa.Float(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("value_days", sa.Integer(), nullable=False),
        sa.Column("value_measured_days", sa.Integer(), nullable=False),
        sa.Column("value_bars", sa.JSON(), nullable=False),
        sa.Column("backtest", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_propensity_releases")),
    )
    op.create_index(op.f("ix_propensity_releases_dataset"), "propensity_releases", ["dataset"], unique=False)
    op.create_table(
        "propensity_picks",
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("chance_7", sa.Float(), nullable=False),
        sa.Column("revenue_7", sa.Float(), nullable=False),
        sa.Column("bought", sa.Boolean(), nullable=True),
        sa.Column("mark", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("marked_by", sa.String(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["propensity_lists.id"],
            name=op.f("fk_propensity_picks_list_id_propensity_lists"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("list_id", "customer_id", name=op.f("pk_propensity_picks")),
    )
    op.create_table(
        "propensity_scores",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.Column("chance_7", sa.Float(), nullable=False),
        sa.Column("chance_30", sa.Float(), nullable=False),
        sa.Column("revenue_7", sa.Float(), nullable=False),
        sa.Column("next_day", sa.Date(), nullable=True),
        sa.Column("next_from", sa.Date(), nullable=True),
        sa.Column("next_to", sa.Date(), nullable=True),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("basket", sa.Float(), nullable=False),
        sa.Column("basket_low", sa.Float(), nullable=False),
        sa.Column("basket_high", sa.Float(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("value_low", sa.Float(), nullable=False),
        sa.Column("value_high", sa.Float(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("revenue_year", sa.Float(), nullable=False),
        sa.Column("products", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["propensity_releases.id"],
            name=op.f("fk_propensity_scores_release_id_propensity_releases"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("release_id", "customer_id", name=op.f("pk_propensity_scores")),
    )
    op.create_index(
        "propensity_scores_by_basket", "propensity_scores", ["release_id", "basket", "customer_id"], unique=False
    )
    op.create_index(
        "propensity_scores_by_chance_30", "propensity_scores", ["release_id", "chance_30", "customer_id"], unique=False
    )
    op.create_index(
        "propensity_scores_by_chance_7", "propensity_scores", ["release_id", "chance_7", "customer_id"], unique=False
    )
    op.create_index(
        "propensity_scores_by_day", "propensity_scores", ["release_id", "next_day", "customer_id"], unique=False
    )
    op.create_index(
        "propensity_scores_by_label", "propensity_scores", ["release_id", "label", "customer_id"], unique=False
    )
    op.create_index(
        "propensity_scores_by_last", "propensity_scores", ["release_id", "last_day", "customer_id"], unique=False
    )
    op.create_index(
        "propensity_scores_by_revenue", "propensity_scores", ["release_id", "revenue_7", "customer_id"], unique=False
    )
    op.create_index(
        "propensity_scores_by_value", "propensity_scores", ["release_id", "value", "customer_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index("propensity_scores_by_value", table_name="propensity_scores")
    op.drop_index("propensity_scores_by_revenue", table_name="propensity_scores")
    op.drop_index("propensity_scores_by_last", table_name="propensity_scores")
    op.drop_index("propensity_scores_by_label", table_name="propensity_scores")
    op.drop_index("propensity_scores_by_day", table_name="propensity_scores")
    op.drop_index("propensity_scores_by_chance_7", table_name="propensity_scores")
    op.drop_index("propensity_scores_by_chance_30", table_name="propensity_scores")
    op.drop_index("propensity_scores_by_basket", table_name="propensity_scores")
    op.drop_table("propensity_scores")
    op.drop_table("propensity_picks")
    op.drop_index(op.f("ix_propensity_releases_dataset"), table_name="propensity_releases")
    op.drop_table("propensity_releases")
    op.drop_index("propensity_lists_of_day", table_name="propensity_lists")
    op.drop_table("propensity_lists")
