"""What the retraining slice brings to the product."""

from ml_insights.core.access import Area
from ml_insights.core.capability import Ageing, Capability, DatasetPart, Job, Page, Schedule
from ml_insights.core.i18n import N_

CAPABILITY = Capability(
    name="retraining",
    tables="ml_insights.retraining.tables:RetrainRun",
    pages=(
        Page(
            route="/models",
            title=N_("Models"),
            view="ml_insights.retraining.page:models",
            area=Area.MODELS,
            on_load="ml_insights.retraining.state.running:RetrainState.open_models",
            group=N_("Machine Learning"),
            order=60,
            icon="boxes",
            tab_label=N_("In production"),
        ),
        Page(
            route="/models/monitor",
            title=N_("Model monitor"),
            view="ml_insights.retraining.page:monitor",
            area=Area.MODELS,
            on_load="ml_insights.retraining.state.running:RetrainState.open_monitor",
            tab_of="/models",
            tab_label=N_("Monitor"),
        ),
        Page(
            route="/models/reports",
            title=N_("Retraining reports"),
            view="ml_insights.retraining.page:reports",
            area=Area.MODELS,
            on_load="ml_insights.retraining.state.running:RetrainState.open_reports",
            tab_of="/models",
            tab_label=N_("Reports"),
        ),
    ),
    routers=("ml_insights.retraining.api:router",),
    commands=("ml_insights.retraining.cli:add_commands",),
    jobs=(
        Job(
            name="retrain",
            title=N_("Retrain models"),
            run="ml_insights.retraining.jobs:retrain_models",
            area=Area.MODELS_MANAGE,
            schedule=Schedule("0 2 1 * *"),
            per_dataset=True,
            minutes=480,
        ),
        Job(
            name="continuous-learning",
            title=N_("Continuous learning"),
            run="ml_insights.retraining.jobs:learn_continuously",
            area=Area.MODELS_MANAGE,
            schedule=Schedule("0 3 * * 0"),
            per_dataset=True,
            minutes=240,
        ),
        Job(
            name="watch-models",
            title=N_("Watch models"),
            run="ml_insights.retraining.jobs:watch_models",
            area=Area.MODELS_MANAGE,
            schedule=Schedule("0 4 * * *"),
            per_dataset=True,
            minutes=60,
        ),
    ),
    ageing=(
        Ageing("watches", N_("looks at models"), 730, "ml_insights.retraining.removal:remove_old_watches"),
        Ageing("reports", N_("reports of retraining"), 1095, "ml_insights.retraining.removal:remove_old_reports"),
    ),
    notices=("ml_insights.retraining.notices:decayed",),
    past="ml_insights.retraining.past:live",
    rows=DatasetPart(clear="ml_insights.retraining.removal:clear", count="ml_insights.retraining.removal:count"),
)
