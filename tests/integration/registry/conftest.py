"""Versions of a model "demand" on the demo company's data, whose one file says which version it is."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlmodel import Session

from ml.artifact import Manifest
from ml_insights.accounts import service as accounts
from ml_insights.accounts.queries import user_by_email
from ml_insights.core.access import Role
from ml_insights.registry import service
from ml_insights.registry.facts import VersionFact

MANIFEST = Manifest("demand", "1", "tournament", "2026-01-31", ("2023-01-01", "2026-01-30"), {}, {"mase": 0.9}, {})

Train = Callable[..., VersionFact]


@pytest.fixture
def candidate(session: Session) -> Train:
    """Stores the next version."""

    def train(content: bytes | None = None, **manifest: object) -> VersionFact:
        number = service.next_version(session, "demand", "demo")
        changed = replace(MANIFEST, version=number, **manifest)  # pyright: ignore[reportArgumentType]
        return service.save(session, changed, {"recipe.json": content or number.encode()}, "demo")

    return train


@pytest.fixture
def champion(session: Session, candidate: Train) -> Train:
    """Stores the next version and promotes it."""

    def train(content: bytes | None = None, **manifest: object) -> VersionFact:
        return service.promote(session, candidate(content, **manifest).id, "tester", "it is better")

    return train


@pytest.fixture
def analyst(session: Session) -> int:
    """Somebody who manages models."""
    accounts.add_user(session, "ana@x.cl", "Ana", Role.ANALYST, "correct horse 9", "test")
    session.flush()
    user = user_by_email(session, "ana@x.cl")
    assert user and user.id
    return user.id
