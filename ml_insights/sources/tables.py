"""Imports, past and present, and how the sources are doing."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Enum
from sqlmodel import Field, SQLModel

from ml_insights.commerce.tables import DATASET, Dataset
from ml_insights.core.database import UtcDateTime


class ImportStatus(StrEnum):
    """How far an import is. Rows are in the tables only once it is done."""

    UPLOADED = "uploaded"
    CHECKING = "checking"
    CHECKED = "checked"
    WRITING = "writing"
    DONE = "done"
    FAILED = "failed"
    UNDONE = "undone"


class ImportBatch(SQLModel, table=True):
    """One file on its way into the tables, and what became of it.

    `choices` is a `facts.Choices`, `reading` a `facts.Reading`, `tally` a `facts.Tally`, `summary` a `facts.Summary`,
    `counts` a `commerce.facts.ImportCount`, each as JSON. `file` is the key of the stored upload, empty for the
    command line. `version` grows with every change of the choices, which `changed_by` made at `changed_at`.
    `remembered` says whose reading of the same layout the choices began with, and of when. `data_count` is how often
    the data set had been changed once the rows were in; empty for imports that kept no record of what they changed.
    `undone` says how many rows went and how many were put back when it was undone.
    """

    __tablename__ = "import_batches"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    dataset: Dataset = Field(default=Dataset.COMPANY, sa_column=Column(DATASET, nullable=False))
    contract: str
    file_name: str
    file: str = ""
    size: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    digest: str = ""
    headers: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    status: ImportStatus = Field(
        sa_column=Column(
            Enum(
                ImportStatus, native_enum=False, length=16, values_callable=lambda kind: [item.value for item in kind]
            ),
            nullable=False,
        )
    )
    choices: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    version: int = 0
    changed_by: str = ""
    changed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    remembered: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    reading: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    summary: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    tally: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    counts: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    error: str = ""
    actor: str = ""
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))
    checked_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    finished_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    data_count: int | None = None
    undone: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    undone_by: str = ""
    undone_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class ImportLayout(SQLModel, table=True):
    """How files of one layout were read when one was last imported, so that the next one need not be explained.

    A layout is a contract and the headers of a file. `proposed` is what the file itself said of each decision in which
    it was overruled: where the next file says something else, its own evidence stands.
    """

    __tablename__ = "import_layouts"  # pyright: ignore[reportAssignmentType]

    fingerprint: str = Field(primary_key=True)
    """SHA-256 of the contract's name and the headers without case, accents, spaces and signs."""
    contract: str
    choices: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    proposed: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    actor: str = ""
    used_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class SourceConnection(SQLModel, table=True):
    """A project that rows are read from, as an admin has set it up in the page.

    `key` is encrypted (`core.security.encrypt`). Without `url` the environment names the project, and this row only
    says which of its tables are read. `mapping` is a `sources.supabase.mapping.Mapping` as JSON.
    """

    __tablename__ = "source_connections"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    kind: str = "supabase"
    url: str = ""
    key: str = Field(default="", repr=False)
    mapping: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    changed_by: str
    changed_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class SourceRemoval(SQLModel, table=True):
    """Rows that went here because they were deleted at the source, and are kept in a file.

    `far_table` is where they had come from, `file` the name of what keeps them, `rows` how many they are. `restored_by`
    is the import that brought them back last; empty while none has.
    """

    __tablename__ = "source_removals"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    contract: str
    far_table: str
    file: str
    rows: int
    removed_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    restored_by: int | None = None


class SourceState(SQLModel, table=True):
    """How far a source has been read, and what came of its last extraction.

    `cursor` is the last value of the cursor column. `snapshot_at` is when the rows that are used were read, `full_at`
    when all of them last were. `reason` is the message of an error where it is not `ok`, `warning` of one that leaves
    the rows in use; each is translated, with its values, where it is shown. `outcome` counts the last reading's rows.
    """

    __tablename__ = "source_states"  # pyright: ignore[reportAssignmentType]

    source: str = Field(primary_key=True)
    ok: bool = True
    reason: str = ""
    reason_values: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    warning: str = ""
    warning_values: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    outcome: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    cursor: str = ""
    tried_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    snapshot_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    full_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
