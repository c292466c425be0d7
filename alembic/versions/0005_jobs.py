"""Schedules, the scheduler's lease, firings and logs of runs."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | Sequence[str] | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Tables of the schedule, and columns of a run that the schedule asked for."""
    op.create_table(
        "job_schedules",
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("cron", sa.String(), nullable=True),
        sa.Column("zone", sa.String(), nullable=True),
        sa.Column("misfire", sa.Enum("once", "skip", name="misfire", native_enum=False, length=8), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("edited_by", sa.String(), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_job_schedules")),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    with op.batch_alter_table("job_runs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("firing_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("fence", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("worker", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("seconds", sa.Float(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_job_runs_job_firing_at"), ["job", "firing_at"])
    op.create_table(
        "job_log_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["job_runs.id"], name=op.f("fk_job_log_lines_run_id_job_runs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_log_lines")),
    )
    with op.batch_alter_table("job_log_lines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_log_lines_run_id"), ["run_id"], unique=False)


def downgrade() -> None:
    """Back to runs that only people ask for."""
    op.drop_table("job_log_lines")
    with op.batch_alter_table("job_runs", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_job_runs_job_firing_at"), type_="unique")
        for column in ("seconds", "worker", "fence", "firing_at"):
            batch_op.drop_column(column)
    op.drop_table("leases")
    op.drop_table("job_schedules")
