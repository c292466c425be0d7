"""The horizon that a model was made for, the one that was asked for, and the one that people set.

Models of before looked 90 days ahead, which their recipes said; what a recipe is without it has another digest.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0028"
down_revision: str | Sequence[str] | None = "0027"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

DAYS = 90
DIGESTS = (("standard", "e8067abac50ef0ae", "2ee6a9bb59e65c00"), ("logistic", "3cac8454681616cb", "47ec250a39f382b5"))
"""Of each recipe, with its horizon and without."""


def upgrade() -> None:
    op.add_column("ai_models", sa.Column("horizon", sa.Integer(), nullable=True))
    op.add_column("churn_releases", sa.Column("asked", sa.JSON(), nullable=True))
    op.add_column("churn_settings", sa.Column("horizon_days", sa.Integer(), nullable=True))
    models = sa.table("ai_models", *(sa.column(name) for name in ("name", "recipe_digest", "horizon")))
    of_churn = models.c.name == "churn"
    op.execute(sa.update(models).where(of_churn).values(horizon=DAYS))
    for _, before, after in DIGESTS:
        op.execute(sa.update(models).where(of_churn, models.c.recipe_digest == before).values(recipe_digest=after))


def downgrade() -> None:
    models = sa.table("ai_models", *(sa.column(name) for name in ("name", "recipe_digest")))
    for _, before, after in DIGESTS:
        found = (models.c.name == "churn") & (models.c.recipe_digest == after)
        op.execute(sa.update(models).where(found).values(recipe_digest=before))
    op.drop_column("churn_settings", "horizon_days")
    op.drop_column("churn_releases", "asked")
    op.drop_column("ai_models", "horizon")
