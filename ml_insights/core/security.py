"""Tokens and secrets: how they are made, stored and compared."""

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ml_insights.core.errors import ProductError
from ml_insights.core.settings import settings

TOKEN_BYTES = 32
KEY_FILE = "secret.key"


class CredentialUnreadable(ProductError):
    """A stored credential cannot be read with this installation's key. Give it again, or restore SECRET_KEY or the
    file secret.key in DATA_DIR."""

    status, code = 500, "credential-unreadable"


def new_token() -> str:
    """An opaque, URL-safe token of 256 random bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest(token: str) -> str:
    """What is stored in place of `token`: SHA-256, in hex. Enough for random tokens, never for passwords."""
    return hashlib.sha256(token.encode()).hexdigest()


def matches(token: str, stored_digest: str) -> bool:
    """Whether `stored_digest` belongs to `token`, in a time that tells nothing."""
    return hmac.compare_digest(digest(token), stored_digest)


def encrypt(text: str) -> str:
    """`text`, readable again only with this installation's key (Fernet: AES-128-CBC and HMAC-SHA256)."""
    return _fernet().encrypt(text.encode()).decode()


def decrypt(encrypted: str) -> str:
    """The text that `encrypt` was given. Raises CredentialUnreadable when the key is another one."""
    try:
        return _fernet().decrypt(encrypted.encode()).decode()
    except InvalidToken as error:
        raise CredentialUnreadable from error


def _fernet() -> Fernet:
    secret = settings().secret_key.get_secret_value() or _generated_secret()
    derivation = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"ml-insights stored credentials")
    return Fernet(base64.urlsafe_b64encode(derivation.derive(secret.encode())))


def _generated_secret() -> str:
    path = settings().data_dir / KEY_FILE
    if not path.exists():
        _create_secret(path)
    return path.read_text().strip()


def _create_secret(path: Path) -> None:
    """Written aside and linked into place, so that two processes that start together agree on one complete key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(new_token())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
