"""Whatever can be set, typed, called or opened is documented, as it is now."""

import re
from pathlib import Path

import pytest

from docs.reference import FOLDER, PAGES
from ml_insights.capabilities import capabilities
from ml_insights.core.settings import Settings

ROOT = FOLDER.parent


@pytest.mark.parametrize("name", sorted(PAGES))
def test_reference_page_is_current(name: str) -> None:
    assert (FOLDER / name).read_text() == PAGES[name](), f"docs/{name} is out of date: run `make docs`"


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_setting_says_what_it_does(name: str) -> None:
    assert len(Settings.model_fields[name].description or "") > 10


@pytest.mark.parametrize("capability", [capability.name for capability in capabilities()])
def test_capability_is_described(capability: str) -> None:
    rooms = (ROOT / "CONTRIBUTING.md").read_text()
    assert f"`{capability}`" in rooms, f"CONTRIBUTING.md does not say what the slice {capability} is for"


@pytest.mark.parametrize("page", [*sorted(FOLDER.rglob("*.md")), ROOT / "README.md"], ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []
