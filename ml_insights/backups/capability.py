"""What the backups slice brings to the product."""

from ml_insights.core.access import Area
from ml_insights.core.capability import Capability, Check, Job, Page, Schedule
from ml_insights.core.i18n import N_

CAPABILITY = Capability(
    name="backups",
    pages=(
        Page(
            route="/backups",
            title=N_("Backups"),
            view="ml_insights.backups.page:backups",
            area=Area.BACKUPS,
            on_load="ml_insights.backups.state:BackupsState.load",
            group=N_("Administration"),
            icon="archive-restore",
        ),
    ),
    routers=("ml_insights.backups.api:router",),
    commands=("ml_insights.backups.cli:add_commands",),
    command_names=("backup", "restore"),
    jobs=(
        Job(
            name="backup",
            title=N_("Backup"),
            run="ml_insights.backups.jobs:back_up",
            area=Area.BACKUPS,
            schedule=Schedule(cron="30 1 * * *"),
            minutes=120,
        ),
    ),
    checks=(
        Check("Backups", "ml_insights.backups.checks:newest"),
        Check("Copies of backups", "ml_insights.backups.checks:copies"),
    ),
)
