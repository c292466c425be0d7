"""What the ledger slice brings to the product."""

from ml_insights.core.access import Area
from ml_insights.core.capability import Capability, DatasetPart, Job, Schedule
from ml_insights.core.i18n import N_

CAPABILITY = Capability(
    name="ledger",
    tables="ml_insights.ledger.tables:LedgerBlock",
    routers=("ml_insights.ledger.api:router",),
    commands=("ml_insights.ledger.cli:add_commands",),
    jobs=(
        Job(
            name="mature-outcomes",
            title=N_("Outcomes of predictions"),
            run="ml_insights.ledger.jobs:mature_outcomes",
            area=Area.MODELS_MANAGE,
            schedule=Schedule("20 * * * *", misfire="once"),
            minutes=60,
        ),
    ),
    rows=DatasetPart(clear="ml_insights.ledger.removal:clear", count="ml_insights.ledger.removal:count"),
    metrics=("ml_insights.ledger.metrics:metrics",),
)
