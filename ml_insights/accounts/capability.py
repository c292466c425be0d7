"""What the accounts slice brings to the product."""

from ml_insights.core.access import Area
from ml_insights.core.capability import Capability, Check, DatasetPart, Page
from ml_insights.core.i18n import N_

CAPABILITY = Capability(
    name="accounts",
    tables="ml_insights.accounts.tables:User",
    pages=(
        Page(
            route="/sign-in",
            title=N_("Sign in"),
            view="ml_insights.accounts.page:sign_in",
            on_load="ml_insights.accounts.state.sign_in:SignInState.load",
            public=True,
        ),
        Page(
            route="/setup",
            title=N_("Set up your account"),
            view="ml_insights.accounts.page:setup",
            on_load="ml_insights.accounts.state.sign_in:SetupState.load",
            public=True,
        ),
        Page(
            route="/users",
            title=N_("Users"),
            view="ml_insights.accounts.page:users",
            area=Area.USERS,
            on_load="ml_insights.accounts.state.users:UsersState.load",
            group=N_("Administration"),
            icon="users",
        ),
        Page(
            route="/api-keys",
            title=N_("API keys"),
            view="ml_insights.accounts.page:api_keys",
            area=Area.API_KEYS,
            on_load="ml_insights.accounts.state.keys:KeysState.load",
            group=N_("Administration"),
            icon="key-round",
        ),
        Page(
            route="/account",
            title=N_("Your account"),
            view="ml_insights.accounts.page:account",
            area=Area.ACCOUNT,
            on_load="ml_insights.accounts.state.account:AccountState.load",
            icon="user",
        ),
    ),
    routers=("ml_insights.accounts.api:router",),
    commands=("ml_insights.accounts.cli:add_commands",),
    rows=DatasetPart(
        clear="ml_insights.accounts.service.demo:clear",
        count="ml_insights.accounts.service.demo:count",
        fill="ml_insights.accounts.service.demo:fill",
    ),
    checks=(
        Check("Admin", "ml_insights.accounts.checks:admin"),
        Check("Sign-in", "ml_insights.accounts.checks:sign_in"),
    ),
    callers="ml_insights.accounts.service:CALLERS",
)
