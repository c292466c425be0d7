"""What the registry slice brings to the product."""

from ml_insights.core.access import Area
from ml_insights.core.capability import Capability, Check, DatasetPart, Job, Schedule
from ml_insights.core.i18n import N_

CAPABILITY = Capability(
    name="registry",
    tables="ml_insights.registry.tables:ModelVersion",
    jobs=(
        Job(
            name="verify-models",
            title=N_("Check of the stored models"),
            run="ml_insights.registry.jobs:verify",
            area=Area.MODELS_MANAGE,
            schedule=Schedule("20 * * * *", misfire="skip"),
            minutes=60,
        ),
    ),
    checks=(Check("Models", "ml_insights.registry.checks:models"),),
    notices=("ml_insights.registry.notices:unloadable",),
    rows=DatasetPart(
        clear="ml_insights.registry.removal:clear",
        count="ml_insights.registry.removal:count",
        withdraw="ml_insights.registry.removal:withdraw_since",
    ),
)
