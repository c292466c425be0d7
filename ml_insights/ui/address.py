"""What the address of a page remembers, so that going back, reloading and sharing show the same."""

import json
from typing import Any

import reflex as rx

SCRIPT = """(() => {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(%s))
    value === "" ? url.searchParams.delete(name) : url.searchParams.set(name, value);
  history.replaceState(history.state, "", url);
})()"""


def remember(**parameters: Any) -> Any:
    """An event that writes parameters into the address, and removes those that are empty."""
    return rx.call_script(SCRIPT % json.dumps({name: str(value) for name, value in parameters.items()}))
