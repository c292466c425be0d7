"""What an archive says about itself: `manifest.json`, its format, and which names it may give to its members."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

MANIFEST = "manifest.json"
FORMAT = 1
SQLITE_MEMBER = "database.sqlite"
NAME = r"[A-Za-z0-9_][A-Za-z0-9_.@+-]*"
MEMBER = re.compile(rf"database\.sqlite|tables/{NAME}\.copy|removed/{NAME}|models(/{NAME}){{2,8}}")
"""Every name that an archive may hold; none of them can leave the folder that it is unpacked into."""
MOST_BYTES = 64 * 1024**2
"""A manifest that is larger is none."""


class BadManifest(ValueError):
    """A manifest that breaks its own rules."""


@dataclass(frozen=True)
class Member:
    """Size in bytes and SHA-256 in hex of one file of the archive."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What an archive holds. `tables` counts rows; `models` maps each version's path to its digest.

    `columns` and `sequences` belong to PostgreSQL. `missing` are versions whose files were not whole.
    `before_restore` tells the copy of what a restore replaced.
    """

    product: str
    revision: str
    database: str
    created_at: str
    by: str
    tables: dict[str, int]
    models: dict[str, str]
    members: dict[str, Member]
    columns: dict[str, list[str]] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    before_restore: bool = False
    format: int = FORMAT

    def to_json(self) -> bytes:
        """Readable, and the same for the same contents."""
        return json.dumps(asdict(self), sort_keys=True, indent=1, ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Manifest:
        """The manifest that `to_json` wrote; BadManifest where names, sizes or times are none."""
        try:
            values: dict[str, Any] = json.loads(text)
            members = {name: Member(int(one["size"]), str(one["sha256"])) for name, one in values["members"].items()}
            manifest = cls(**{**values, "members": members})
            manifest.moment()
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BadManifest(str(error)) from error
        if manifest.format != FORMAT or any(not MEMBER.fullmatch(name) for name in members):
            raise BadManifest("unknown format or member")
        return manifest

    def moment(self) -> datetime:
        """When the backup was made, aware."""
        at = datetime.fromisoformat(self.created_at)
        if at.tzinfo is None:
            raise ValueError("a time without a zone")
        return at

    @property
    def size(self) -> int:
        """Bytes of all members, unpacked."""
        return sum(member.size for member in self.members.values())
