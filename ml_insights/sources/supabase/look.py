"""What can be seen of a project before anything is read: whether it answers, its tables, the first rows of one."""

from __future__ import annotations

from dataclasses import dataclass

from ml_insights.core.errors import ProductError
from ml_insights.core.settings import settings
from ml_insights.sources.supabase.client import Access, Project
from ml_insights.sources.supabase.errors import NothingReturned, NotListed
from ml_insights.sources.supabase.extract import Extractor
from ml_insights.sources.supabase.mapping import Mapping
from ml_insights.sources.supabase.schema import FarTable, tables_of


@dataclass(frozen=True)
class Seen:
    """A project that answers and takes the key. `listed` counts the tables that it describes, None where the key may
    not see that. `tables` says of every contract that is read what is wrong with its table, or nothing."""

    listed: int | None
    tables: dict[str, ProductError | None]

    def problems_as_json(self) -> dict[str, str]:
        """Contract → what is wrong, in words."""
        language = settings().language
        return {contract: problem.message(language) for contract, problem in self.tables.items() if problem}


def look_at(access: Access, mapping: Mapping) -> Seen:
    """Ask the project. Raises BadAddress, BadKey, KeyRefused, NotAProject or SourceDown where it cannot be used."""
    project = Project(access)
    project.require_project()
    description = project.description()
    listed = None if description is None else len(tables_of(description))
    return Seen(listed, {name: _problem(project, mapping, name) for name in mapping.root})


def described(access: Access) -> list[FarTable]:
    """The project's tables. Raises NotListed where the key may not see them, or what `look_at` raises."""
    project = Project(access)
    project.require_project()
    description = project.description()
    tables = tables_of(description) if description is not None else []
    if not tables:
        raise NotListed
    return tables


def _problem(project: Project, mapping: Mapping, contract: str) -> ProductError | None:
    table = mapping.root[contract]
    try:
        return None if Extractor(project, table).shows_rows() else NothingReturned(table=table.table)
    except ProductError as error:
        return error
