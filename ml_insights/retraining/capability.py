"""What the retraining slice brings to the product."""

from ml_insights.core.access import Area
from ml_insights.core.capability import Capability, DemoPart, Job, Schedule
from ml_insights.core.i18n import N_

CAPABILITY = Capability(
    name="retraining",
    tables="ml_insights.retraining.tables:RetrainRun",
    jobs=(
        Job(
            name="retrain",
            title=N_("Retrain models"),
            run="ml_insights.retraining.jobs:retrain_models",
            area=Area.MODELS_MANAGE,
            schedule=Schedule("0 2 1 * *"),
        ),
        Job(
            name="continuous-learning",
            title=N_("Continuous learning"),
            run="ml_insights.retraining.jobs:learn_continuously",
            area=Area.MODELS_MANAGE,
            schedule=Schedule("0 3 * * 0"),
        ),
    ),
    demo=DemoPart(clear="ml_insights.retraining.demo:clear", count="ml_insights.retraining.demo:count"),
)
