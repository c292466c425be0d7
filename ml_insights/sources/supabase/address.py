"""Whether what somebody typed can be a project's address and key: pure, before anything is sent there."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from ml_insights.core.i18n import N_
from ml_insights.sources.supabase.errors import BadAddress, BadKey

_KEY = re.compile(r"[!-~]{1,4096}")
_PROJECT = re.compile(r"^/dashboard/project/([a-z0-9]+)")
_SERVICES = ("/rest/v1", "/auth/v1", "/storage/v1")
_OWN_NETWORK = (".localhost", ".local", ".internal", ".lan", ".home.arpa")

NO_SCHEME = N_("it has to begin with https:// (or http:// within your own network)")
NO_HOST = N_("it names no machine")
HAS_MORE = N_("it has to end after the machine's name, without a user, a question mark or a number sign")
NOT_A_SERVER = N_("no server can be at such an address")
DASHBOARD = N_("this is a page of the dashboard")


def project_address(text: str) -> str:
    """The address without what people copy along with it: blanks, a final slash, the path of a service.

    A page of Supabase's dashboard is turned into the address of its project. Private addresses are allowed, for
    Supabase can be run on one's own machines; those that machines use to talk about themselves are not. Raises
    BadAddress.
    """
    address = text.strip()
    shown = _without_user(address)
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise BadAddress(address=shown, reason=NO_HOST) from error
    if parts.scheme not in ("http", "https"):
        raise BadAddress(address=shown, reason=NO_SCHEME)
    if not host or any(sign.isspace() for sign in address):
        raise BadAddress(address=shown, reason=NO_HOST)
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise BadAddress(address=shown, reason=HAS_MORE)
    if never_a_server(host):
        raise BadAddress(address=shown, reason=NOT_A_SERVER)
    if host in ("supabase.com", "app.supabase.com", "www.supabase.com"):
        return _of_dashboard(address, parts.path)
    named = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{named}{f':{port}' if port else ''}{_without_service(parts.path)}"


def checked_key(text: str) -> str:
    """The key without blanks around it. Raises BadKey where it cannot be one, without repeating it."""
    key = text.strip()
    if not _KEY.fullmatch(key):
        raise BadKey
    return key


def is_open(address: str) -> bool:
    """Whether a key sent to this address can be read on its way: not encrypted, and not within one's own network."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme != "http" or "." not in host or host.endswith(_OWN_NETWORK):
        return False
    try:
        return not ip_address(host).is_private
    except ValueError:
        return True


def never_a_server(host: str) -> bool:
    """Whether `host` is a number that no Supabase has: link-local (there clouds tell machines their secrets),
    multicast or unspecified."""
    try:
        found = ip_address(host)
    except ValueError:
        return False
    return found.is_link_local or found.is_multicast or found.is_unspecified


def _of_dashboard(address: str, path: str) -> str:
    project = _PROJECT.match(path)
    if project is None:
        raise BadAddress(address=address, reason=DASHBOARD)
    return f"https://{project[1]}.supabase.co"


def _without_service(path: str) -> str:
    path = path.rstrip("/")
    for service in _SERVICES:
        path = path.partition(service)[0]
    return path.rstrip("/")


def _without_user(address: str) -> str:
    """For messages: what is copied may hold a password."""
    return re.sub(r"//[^/]*@", "//…@", address)
