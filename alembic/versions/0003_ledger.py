"""Tables of ledger: predictions, decisions and outcomes, which the database refuses to change."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from ml_insights.core.append_only import protection, removal

revision: str = "0003"
down_revision: str | Sequence[str] | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

CHAINED = (
    "EXISTS (SELECT 1 FROM ledger_blocks AS block JOIN ledger_chains AS chain ON chain.dataset = block.dataset "
    "WHERE block.id = {block})"
)
KEEP_WHILE = {
    "ledger_predictions": CHAINED.format(block="OLD.id >> 20"),
    "ledger_decisions": CHAINED.format(block="OLD.id >> 20"),
    "ledger_outcomes": CHAINED.format(block="OLD.id >> 20"),
    "ledger_scores": CHAINED.format(block="OLD.outcome_block"),
    "ledger_blocks": "EXISTS (SELECT 1 FROM ledger_chains AS chain WHERE chain.dataset = OLD.dataset)",
    "ledger_chains": "OLD.dataset <> 'demo'",
}


def upgrade() -> None:
    op.create_table(
        "ledger_blocks",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("dataset", sa.Enum("company", "demo", name="dataset", native_enum=False, length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("model_name", sa.String(), nullable=True),
        sa.Column("model_version", sa.String(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=True),
        sa.Column("features_digest", sa.String(), nullable=True),
        sa.Column("first_target", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_target", sa.DateTime(timezone=True), nullable=True),
        sa.Column("zone", sa.String(), nullable=True),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("column_digests", sa.JSON(), nullable=False),
        sa.Column("row_checks", sa.LargeBinary(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_blocks")),
        sa.UniqueConstraint("dataset", "number", name=op.f("uq_ledger_blocks_dataset_number")),
    )
    with op.batch_alter_table("ledger_blocks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_blocks_written_at"), ["written_at"], unique=False)
        batch_op.create_index("ledger_blocks_by_model", ["dataset", "model_name", "kind"], unique=False)

    op.create_table(
        "ledger_chains",
        sa.Column("dataset", sa.Enum("company", "demo", name="dataset", native_enum=False, length=16), nullable=False),
        sa.Column("blocks", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("dataset", name=op.f("pk_ledger_chains")),
    )
    op.create_table(
        "ledger_decisions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("prediction_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_decisions")),
    )
    with op.batch_alter_table("ledger_decisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_decisions_prediction_id"), ["prediction_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ledger_decisions_subject"), ["subject"], unique=False)

    op.create_table(
        "ledger_outcomes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("prediction_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("actual", sa.Float(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_outcomes")),
        sa.UniqueConstraint("prediction_id", name=op.f("uq_ledger_outcomes_prediction_id")),
    )
    op.create_table(
        "ledger_predictions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("target_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("lo_80", sa.Float(), nullable=True),
        sa.Column("hi_80", sa.Float(), nullable=True),
        sa.Column("lo_95", sa.Float(), nullable=True),
        sa.Column("hi_95", sa.Float(), nullable=True),
        sa.Column("probability", sa.Float(), nullable=True),
        sa.Column("scale", sa.Float(), nullable=True),
        sa.Column("baseline", sa.Float(), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_predictions")),
    )
    with op.batch_alter_table("ledger_predictions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_predictions_subject"), ["subject"], unique=False)

    op.create_table(
        "ledger_scores",
        sa.Column("prediction_block", sa.Integer(), nullable=False),
        sa.Column("outcome_block", sa.Integer(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("outcomes", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Integer(), nullable=False),
        sa.Column("valued", sa.Integer(), nullable=False),
        sa.Column("error", sa.Float(), nullable=False),
        sa.Column("absolute_error", sa.Float(), nullable=False),
        sa.Column("absolute_actual", sa.Float(), nullable=False),
        sa.Column("scaled", sa.Integer(), nullable=False),
        sa.Column("scaled_error", sa.Float(), nullable=False),
        sa.Column("baselines", sa.Integer(), nullable=False),
        sa.Column("baseline_error", sa.Float(), nullable=False),
        sa.Column("bands_80", sa.Integer(), nullable=False),
        sa.Column("inside_80", sa.Integer(), nullable=False),
        sa.Column("bands_95", sa.Integer(), nullable=False),
        sa.Column("inside_95", sa.Integer(), nullable=False),
        sa.Column("probabilities", sa.Integer(), nullable=False),
        sa.Column("brier", sa.Float(), nullable=False),
        sa.Column("log_loss", sa.Float(), nullable=False),
        sa.Column("probability_bins", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["outcome_block"], ["ledger_blocks.id"], name=op.f("fk_ledger_scores_outcome_block_ledger_blocks")
        ),
        sa.ForeignKeyConstraint(
            ["prediction_block"], ["ledger_blocks.id"], name=op.f("fk_ledger_scores_prediction_block_ledger_blocks")
        ),
        sa.PrimaryKeyConstraint("prediction_block", "outcome_block", "week", name=op.f("pk_ledger_scores")),
    )
    with op.batch_alter_table("ledger_scores", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_scores_outcome_block"), ["outcome_block"], unique=False)

    for table, condition in KEEP_WHILE.items():
        for statement in protection(op.get_bind().dialect.name, table, condition, table == "ledger_chains"):
            op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table("ledger_scores", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_scores_outcome_block"))

    op.drop_table("ledger_scores")
    with op.batch_alter_table("ledger_predictions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_predictions_subject"))

    op.drop_table("ledger_predictions")
    op.drop_table("ledger_outcomes")
    with op.batch_alter_table("ledger_decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_decisions_subject"))
        batch_op.drop_index(batch_op.f("ix_ledger_decisions_prediction_id"))

    op.drop_table("ledger_decisions")
    op.drop_table("ledger_chains")
    with op.batch_alter_table("ledger_blocks", schema=None) as batch_op:
        batch_op.drop_index("ledger_blocks_by_model")
        batch_op.drop_index(batch_op.f("ix_ledger_blocks_written_at"))

    op.drop_table("ledger_blocks")

    for table in KEEP_WHILE:
        for statement in removal(op.get_bind().dialect.name, table):
            op.execute(statement)
