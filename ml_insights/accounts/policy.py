"""Pure decisions about passwords, locks, links, keys and admins."""

import re
from datetime import datetime, timedelta

from ml_insights.accounts.errors import InvalidEmail, LastAdmin, NameMissing, WeakPassword
from ml_insights.accounts.facts import Throttle
from ml_insights.core.access import Role

PASSWORD_MIN = 10
PASSWORD_MAX = 1024
NAME_MAX = 100
EMAIL_MAX = 254
LINK_LIFETIME = timedelta(days=3)
SEEN_EVERY = timedelta(minutes=5)
"""How stale "last seen" and "last used" may be: they are not written on every request."""
THROTTLE_MEMORY = timedelta(days=1)

_EMAIL = re.compile(r"[^@\s<>()\[\],;:\"\\]+@[^@\s<>()\[\],;:\"\\.]+(\.[^@\s<>()\[\],;:\"\\.]+)+")
_COMMON = (
    "password",
    "contrasena",
    "contraseña",
    "qwerty",
    "asdfgh",
    "letmein",
    "welcome",
    "iloveyou",
    "administrator",
)


def normal_email(email: str) -> str:
    """`email` as it is stored. Raises InvalidEmail."""
    cleaned = email.strip().lower()
    if len(cleaned) > EMAIL_MAX or not _EMAIL.fullmatch(cleaned):
        raise InvalidEmail(email=email.strip()[:EMAIL_MAX])
    return cleaned


def normal_name(name: str) -> str:
    """`name` with single spaces. Raises NameMissing."""
    cleaned = " ".join(name.split())
    if not 0 < len(cleaned) <= NAME_MAX:
        raise NameMissing
    return cleaned


def require_strong(password: str, email: str, name: str) -> None:
    """Raise WeakPassword unless `password` is long, varied and not guessable (after NIST SP 800-63B, 5.1.1.2)."""
    plain = password.lower()
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX or len(set(plain)) < 5:
        raise WeakPassword
    if plain.isdigit() and plain in "01234567890123456789" + "98765432109876543210":
        raise WeakPassword
    personal = [part for part in re.split(r"[\W_]+", f"{email} {name}".lower()) if len(part) >= 3]
    rest = plain
    for word in (*_COMMON, *personal):
        rest = rest.replace(word, "")
    if len(rest) < PASSWORD_MIN / 2:
        raise WeakPassword


def after_failure(throttle: Throttle, now: datetime, attempts: int, minutes: int) -> Throttle:
    """The throttle after one more wrong password: locked for `minutes` from the `attempts`-th on."""
    released = throttle.locked_until is not None and throttle.locked_until <= now
    failed = 1 if released else throttle.failed_attempts + 1
    locked_until = now + timedelta(minutes=minutes) if failed >= attempts else None
    return Throttle(failed, locked_until)


def locked_until(throttle: Throttle, now: datetime) -> datetime | None:
    """When the lock ends, or nothing where there is none any more."""
    return throttle.locked_until if throttle.locked_until is not None and throttle.locked_until > now else None


def require_another_admin(role: Role, active: bool, other_admins: int) -> None:
    """Raise LastAdmin when a user with `role` who is `active` is the only admin there is."""
    if role == Role.ADMIN and active and other_admins == 0:
        raise LastAdmin


def alive(expires_at: datetime | None, now: datetime) -> bool:
    """Whether something that ends at `expires_at` (or never) still works."""
    return expires_at is None or now < expires_at


def seen_is_stale(seen_at: datetime | None, now: datetime) -> bool:
    """Whether "last seen" is worth writing again."""
    return seen_at is None or now - seen_at >= SEEN_EVERY


def own_path(wanted: str) -> str:
    """`wanted` if it is a path of this site, else the start page: nobody is sent elsewhere after signing in."""
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if inside and "\\" not in wanted else "/"
