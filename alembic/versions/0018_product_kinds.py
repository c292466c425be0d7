"""What people say of things that are sold: a product, or a service."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | Sequence[str] | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "product_kinds",
        sa.Column(
            "dataset", sa.Enum("company", "demo", name="dataset", native_enum=False, length=16), nullable=False
        ),
        sa.Column("product_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("dataset", "product_id", name=op.f("pk_product_kinds")),
    )


def downgrade() -> None:
    op.drop_table("product_kinds")
