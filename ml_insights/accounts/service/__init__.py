"""The verbs of accounts. Each takes a session and leaves committing to its caller."""

from ml_insights.accounts.service.callers import CALLERS
from ml_insights.accounts.service.demo import create_demo_logins, remove_demo_logins
from ml_insights.accounts.service.keys import create_key, revoke_key
from ml_insights.accounts.service.links import add_user, complete_setup, ensure_setup_link, invite, reset_link
from ml_insights.accounts.service.people import change_password, set_active, set_role, update_profile
from ml_insights.accounts.service.sessions import end_session, sign_in, sign_out, sign_out_everywhere

__all__ = [
    "CALLERS",
    "add_user",
    "change_password",
    "complete_setup",
    "create_demo_logins",
    "create_key",
    "end_session",
    "ensure_setup_link",
    "invite",
    "remove_demo_logins",
    "reset_link",
    "revoke_key",
    "set_active",
    "set_role",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "update_profile",
]
