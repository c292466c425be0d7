"""The pages of accounts: layout only."""

from ml_insights.accounts.page.account import account
from ml_insights.accounts.page.keys import api_keys
from ml_insights.accounts.page.sign_in import setup, sign_in
from ml_insights.accounts.page.users import users

__all__ = ["account", "api_keys", "setup", "sign_in", "users"]
