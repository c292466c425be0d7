"""Churn scores, alerts and their work."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | Sequence[str] | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "churn_releases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset", sa.Enum("company", "demo", name="dataset", native_enum=False, length=16), nullable=False),
        sa.Column("data_version", sa.String(), nullable=False),
        sa.Column("model_version", sa.String(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("horizon_days", sa.Integer(), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("value_at_risk", sa.Float(), nullable=False),
        sa.Column("order_value", sa.Float(), nullable=False),
        sa.Column("curve", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_churn_releases")),
    )
    op.create_index(op.f("ix_churn_releases_dataset"), "churn_releases", ["dataset"], unique=False)
    op.create_table(
        "churn_settings",
        sa.Column("dataset", sa.Enum("company", "demo", name="dataset", native_enum=False, length=16), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("contact_cost", sa.Float(), nullable=True),
        sa.Column("save_rate", sa.Float(), nullable=True),
        sa.Column("margin_share", sa.Float(), nullable=True),
        sa.Column("due_days", sa.Integer(), nullable=True),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("dataset", name=op.f("pk_churn_settings")),
    )
    op.create_table(
        "churn_alerts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset", sa.Enum("company", "demo", name="dataset", native_enum=False, length=16), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("model_version", sa.String(), nullable=False),
        sa.Column("prediction_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("horizon_days", sa.Integer(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("at_risk", sa.Float(), nullable=False),
        sa.Column("expected_profit", sa.Float(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        sa.Column("dismiss_reason", sa.String(length=16), nullable=True),
        sa.Column("sign", sa.String(length=16), nullable=True),
        sa.Column("sign_day", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_churn_alerts_owner_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_churn_alerts")),
    )
    op.create_index("churn_alerts_by_status", "churn_alerts", ["dataset", "status"], unique=False)
    op.create_index("churn_alerts_of_customer", "churn_alerts", ["dataset", "customer_id", "id"], unique=False)
    op.create_index(
        "churn_alerts_one_active",
        "churn_alerts",
        ["dataset", "customer_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(op.f("ix_churn_alerts_owner_id"), "churn_alerts", ["owner_id"], unique=False)
    op.create_table(
        "churn_scores",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("at_risk", sa.Float(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("revenue_year", sa.Float(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["churn_releases.id"],
            name=op.f("fk_churn_scores_release_id_churn_releases"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("release_id", "customer_id", name=op.f("pk_churn_scores")),
    )
    op.create_index("churn_scores_by_day", "churn_scores", ["release_id", "last_day", "customer_id"], unique=False)
    op.create_index("churn_scores_by_label", "churn_scores", ["release_id", "label", "customer_id"], unique=False)
    op.create_index(
        "churn_scores_by_probability", "churn_scores", ["release_id", "probability", "customer_id"], unique=False
    )
    op.create_index(
        "churn_scores_by_revenue", "churn_scores", ["release_id", "revenue_year", "customer_id"], unique=False
    )
    op.create_index("churn_scores_by_risk", "churn_scores", ["release_id", "at_risk", "customer_id"], unique=False)
    op.create_table(
        "churn_alert_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["alert_id"],
            ["churn_alerts.id"],
            name=op.f("fk_churn_alert_events_alert_id_churn_alerts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_churn_alert_events")),
    )
    op.create_index(op.f("ix_churn_alert_events_alert_id"), "churn_alert_events", ["alert_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_churn_alert_events_alert_id"), table_name="churn_alert_events")
    op.drop_table("churn_alert_events")
    op.drop_index("churn_scores_by_risk", table_name="churn_scores")
    op.drop_index("churn_scores_by_revenue", table_name="churn_scores")
    op.drop_index("churn_scores_by_probability", table_name="churn_scores")
    op.drop_index("churn_scores_by_label", table_name="churn_scores")
    op.drop_index("churn_scores_by_day", table_name="churn_scores")
    op.drop_table("churn_scores")
    op.drop_index(op.f("ix_churn_alerts_owner_id"), table_name="churn_alerts")
    op.drop_index(
        "churn_alerts_one_active",
        table_name="churn_alerts",
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.drop_index("churn_alerts_of_customer", table_name="churn_alerts")
    op.drop_index("churn_alerts_by_status", table_name="churn_alerts")
    op.drop_table("churn_alerts")
    op.drop_table("churn_settings")
    op.drop_index(op.f("ix_churn_releases_dataset"), table_name="churn_releases")
    op.drop_table("churn_releases")
