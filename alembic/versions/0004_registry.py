"""Tables of registry."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from ml_insights.core.append_only import protection, removal

revision: str = "0004"
down_revision: str | Sequence[str] | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

CHAMPIONS = sa.text("status = 'champion'")
OPEN = sa.text("resolved_at IS NULL")
TEXTS = ("reason", "recipe", "recipe_digest", "data_version")
KEEP_WHILE = "OLD.dataset <> 'demo'"


def upgrade() -> None:
    with op.batch_alter_table("ai_models", schema=None) as batch_op:
        for name in TEXTS:
            batch_op.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("report", sa.String(), nullable=True))
        batch_op.create_index(
            "ai_models_one_champion",
            ["name", "dataset"],
            unique=True,
            sqlite_where=CHAMPIONS,
            postgresql_where=CHAMPIONS,
        )
    op.create_table(
        "model_promotions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("dataset", sa.String(), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("from_version", sa.String(), nullable=True),
        sa.Column("to_version", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_promotions")),
    )
    with op.batch_alter_table("model_promotions", schema=None) as batch_op:
        batch_op.create_index("model_promotions_of_model", ["name", "dataset", "id"], unique=False)
    for statement in protection(op.get_bind().dialect.name, "model_promotions", KEEP_WHILE):
        op.execute(statement)
    op.create_table(
        "model_incidents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("answering", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"], ["ai_models.id"], name=op.f("fk_model_incidents_version_id_ai_models"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_incidents")),
    )
    with op.batch_alter_table("model_incidents", schema=None) as batch_op:
        batch_op.create_index(
            "model_incidents_open", ["version_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
        )


def downgrade() -> None:
    op.drop_table("model_incidents")
    op.drop_table("model_promotions")
    for statement in removal(op.get_bind().dialect.name, "model_promotions"):
        op.execute(statement)
    with op.batch_alter_table("ai_models", schema=None) as batch_op:
        batch_op.drop_index("ai_models_one_champion")
        for name in (*TEXTS, "report"):
            batch_op.drop_column(name)
