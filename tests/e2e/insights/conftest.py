"""A site that only ever shows the demo company: other tests import orders, and then pages show those."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, StorageState

from ml_insights.core.access import Role
from tests.e2e.conftest import first_admin, load_demo
from tests.fixtures.sites import Site, served


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The production site, for these tests alone."""
    with served(tmp_path_factory.mktemp("insights")) as running:
        yield running


@pytest.fixture(scope="session")
def admin(browser: Browser, site: Site) -> StorageState:
    """Its first admin, signed in."""
    return first_admin(browser, site)


@pytest.fixture(scope="module")
def demo_logins(site: Site, admin: StorageState) -> dict[Role, tuple[str, str]]:
    """E-mail and password of one login per role."""
    return load_demo(site)
