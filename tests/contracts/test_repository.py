"""What must never be committed."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PUBLIC_REGISTRIES = ("https://registry.npmjs.org", "https://pypi.org", "https://files.pythonhosted.org")
MACHINE_PATHS = re.compile(r"(?<![\w./-])/(?:home|root|Users|work|private/var)/[\w.-]+")
REGISTRY = re.compile(
    r"https?://[\w.:@-]*(?:pypi|npm|registry|artifactory|nexus|mirror|proxy)[\w.:-]*(?:/[\w./-]*)?", re.I
)
LOCKS = (
    "requirements.txt",
    "requirements-dev.txt",
    "package-lock.json",
    ".npmrc",
    "bunfig.toml",
    "pip.conf",
    "uv.toml",
)


def committed() -> list[Path]:
    """Every text file under version control."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("this is not a git checkout")
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    binary = {".png", ".ico", ".woff2", ".ttf", ".jpg", ".gz"}
    return [path for path in paths if path.is_file() and path.suffix not in binary]


def findings(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in paths
        for match in pattern.finditer(path.read_text(errors="replace"))
    ]


def test_no_path_of_somebodys_machine_is_committed() -> None:
    mine = Path(__file__)
    assert findings(MACHINE_PATHS, [path for path in committed() if path != mine]) == []


def test_no_lock_file_names_a_registry() -> None:
    assert findings(REGISTRY, [path for path in committed() if path.name in LOCKS]) == []


def test_no_private_registry_is_committed() -> None:
    found = findings(REGISTRY, [path for path in committed() if path != Path(__file__)])
    private = [finding for finding in found if not finding.split(": ")[1].startswith(PUBLIC_REGISTRIES)]
    assert private == []
