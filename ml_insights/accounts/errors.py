"""What can go wrong with accounts, in the words that people read."""

from ml_insights.core.errors import ProductError


class WrongCredentials(ProductError):
    """E-mail and password do not match. Check both, or ask an admin for a new password link."""

    status, code = 401, "wrong-credentials"


class AccountLocked(ProductError):
    """Too many wrong passwords: sign-in with this e-mail is locked until {until}. Wait, or ask an admin for a new
    password link, which unlocks it."""

    status, code = 423, "account-locked"


class AccountInactive(ProductError):
    """This account has been deactivated. Ask an admin to activate it again."""

    status, code = 403, "account-inactive"


class NoRoleYet(ProductError):
    """Your password is right, but nobody has given {email} a role here yet. Ask an admin to invite this e-mail."""

    status, code = 403, "no-role-yet"


class SignInUnavailable(ProductError):
    """Supabase did not answer, so nobody can be signed in now. Nothing was lost; try again in a minute, or ask an admin
    to check SUPABASE_URL and SUPABASE_ANON_KEY."""

    status, code = 503, "sign-in-unavailable"


class PasswordElsewhere(ProductError):
    """Passwords are kept by Supabase on this installation. Change yours there."""

    status, code = 409, "password-elsewhere"


class LinkUnusable(ProductError):
    """This link has been used already, has expired or is incomplete. Ask an admin for a new one; for the very first
    admin, start the product again: it prints a new link."""

    status, code = 410, "link-unusable"


class WeakPassword(ProductError):
    """Choose a stronger password: at least 10 characters, not your name or e-mail, nothing common or repeated."""

    status, code = 422, "weak-password"


class InvalidEmail(ProductError):
    """“{email}” is not an e-mail address. Write it like name@company.com."""

    status, code = 422, "invalid-email"


class NameMissing(ProductError):
    """A name is needed, of at most 100 characters."""

    status, code = 422, "name-missing"


class EmailTaken(ProductError):
    """Somebody with the e-mail {email} is here already. Change their role in the list, or send them a new link."""

    status, code = 409, "email-taken"


class LastAdmin(ProductError):
    """This is the last active admin. Make somebody else an admin first; otherwise nobody could manage users."""

    status, code = 409, "last-admin"


class UnknownUser(ProductError):
    """There is no user “{user}”. Check the spelling, or choose one from the list of users."""

    status, code = 404, "unknown-user"


class UnknownKey(ProductError):
    """There is no such API key. Reload the list; somebody may have removed it."""

    status, code = 404, "unknown-key"


class InvalidScopes(ProductError):
    """An API key needs at least one scope, of: {scopes}."""

    status, code = 422, "invalid-scopes"


class ExpiryInPast(ProductError):
    """An API key must expire in the future. Choose a later day."""

    status, code = 422, "expiry-in-past"
