"""Walls that import-linter cannot see."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BELOW_THE_EDGE = [
    path
    for kind in ("queries", "service", "policy", "facts", "tables")
    for pattern in (f"ml_insights/*/{kind}.py", f"ml_insights/*/{kind}/**/*.py")
    for path in sorted(ROOT.glob(pattern))
]


def calls(tree: ast.AST) -> set[str]:
    """Names of everything that is called: `session.commit()` gives "commit"."""
    functions = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {getattr(function, "attr", getattr(function, "id", "")) for function in functions}


@pytest.mark.parametrize("path", BELOW_THE_EDGE, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_edges_commit(path: Path) -> None:
    assert not calls(ast.parse(path.read_text())) & {"commit", "transaction"}, f"{path} must leave committing to edges"


@pytest.mark.parametrize("path", sorted(ROOT.glob("ml_insights/*/tables.py")), ids=lambda path: path.parent.name)
def test_tables_keep_their_annotations_alive(path: Path) -> None:
    assert "from __future__ import annotations" not in path.read_text(), "SQLModel relationships need real annotations"


@pytest.mark.parametrize("name", ["reflex", "statsforecast", "prophet", "xgboost", "sklearn", "pandas"])
def test_the_command_line_starts_without(name: str) -> None:
    """What is slow to import is imported by the command that needs it, not by `--help`."""
    program = (
        "import sys, ml_insights.__main__ as m; m.add_slices(); "
        f"sys.exit(any(n == {name!r} or n.startswith({name + '.'!r}) for n in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
