"""No page load undoes what a reader did: it runs late and again, so it may not reset what other handlers set."""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from typing import Any

import pytest
from reflex_base.registry import RegistrationContext

from ml_insights.core.capability import load
from ml_insights.overview.state import cards
from ml_insights.ui import site  # noqa: F401  brings the frame's own states
from ml_insights.ui.navigation import pages

READING = ("loaded", "phase")
"""What says that the data have arrived is set by every handler that brings some."""


def states() -> list[type]:
    """Every state of the product whose handlers a page can call."""
    for page in pages():
        load(page.view)
        if page.on_load:
            load(page.on_load)
    for shown in cards():
        load(shown.on_load)
    registered = RegistrationContext.get().event_handlers.values()
    found = {entry.states[0] for entry in registered}
    return sorted(
        (kind for kind in found if kind.__module__.startswith("ml_insights.")), key=lambda kind: kind.__name__
    )


def test_the_states_are_found() -> None:
    assert {"UsersState", "KeysState", "DemandState", "DemoState"} <= {kind.__name__ for kind in states()}


@pytest.mark.parametrize("state", states(), ids=lambda kind: kind.__name__)
def test_loading_resets_nothing_that_a_reader_sets(state: type) -> None:
    undone = undone_by_loading(state)
    assert not undone, f"name {sorted(undone)} in @forgets(…) above {state.__name__} instead of resetting it in load"


class Chooses:
    """Has a handler by which a reader chooses."""

    choice = "all"

    def choose(self, value: str) -> None:
        """What the reader presses."""
        self.choice = value


class LoadsAnew(Chooses):
    """Inherits the choice and resets it."""

    def load(self) -> None:
        """A page load that undoes the choice."""
        self.choice = "all"


class Inherits(LoadsAnew):
    """Inherits both."""


@pytest.mark.parametrize("state", [LoadsAnew, Inherits])
def test_what_is_inherited_is_looked_at(state: type) -> None:
    assert undone_by_loading(state) == {"choice"}


def undone_by_loading(state: type) -> set[str]:
    """Fields that `load` sets to a constant and another handler sets too; both may be inherited."""
    methods: dict[str, ast.AST] = {}
    for kind in reversed([one for one in state.__mro__ if one.__module__.startswith(("ml_insights.", __name__))]):
        (written,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
        assert isinstance(written, ast.ClassDef)
        methods |= {
            node.name: node for node in written.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }
    if "load" not in methods:
        return set()
    reset = {name for name, value in _assigned(methods["load"]) if isinstance(value, ast.Constant)}
    chosen = {name for other in methods if other != "load" for name, _ in _assigned(methods[other])}
    return (reset & chosen) - set(READING)


def _assigned(function: ast.AST) -> Iterator[tuple[str, Any]]:
    """(field, value) of every `self.field = value`, chained and in tuples too."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                names = target.elts if isinstance(target, ast.Tuple) else [target]
                paired = isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
                values = node.value.elts if paired and isinstance(node.value, ast.Tuple) else [node.value] * len(names)
                for name, value in zip(names, values, strict=True):
                    if isinstance(name, ast.Attribute) and ast.unparse(name.value) == "self":
                        yield name.attr, value
