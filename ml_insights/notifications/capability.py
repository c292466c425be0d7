"""What the notifications slice brings to the product."""

from ml_insights.core.access import Area
from ml_insights.core.capability import Ageing, Capability, DatasetPart, Page, TopBarItem
from ml_insights.core.i18n import N_

CAPABILITY = Capability(
    name="notifications",
    tables="ml_insights.notifications.tables:Notification",
    pages=(
        Page(
            route="/inbox",
            title=N_("Inbox"),
            view="ml_insights.notifications.page:inbox",
            area=Area.INBOX,
            on_load="ml_insights.notifications.state:InboxState.load",
            icon="inbox",
        ),
    ),
    top_bar=(
        TopBarItem(
            view="ml_insights.notifications.page:bell",
            on_load="ml_insights.notifications.state:InboxState.load_bell",
        ),
    ),
    ageing=(Ageing("notices", N_("notices in inboxes"), 365, "ml_insights.notifications.removal:remove_old"),),
    rows=DatasetPart(
        clear="ml_insights.notifications.removal:clear",
        count="ml_insights.notifications.removal:count",
    ),
)
