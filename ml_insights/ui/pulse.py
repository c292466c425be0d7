"""A handler that is called again and again while the page is looked at."""

from typing import Any

import reflex as rx
from reflex.event import EventHandler, no_args_event_spec


class Pulse(rx.Component):
    """The browser's side, `assets/js/pulse.js`."""

    library = "$/public/js/pulse.js"
    tag = "Pulse"

    every: rx.Var[int]
    on_pulse: EventHandler[no_args_event_spec]


def pulse(every: Any, on_pulse: Any) -> rx.Component:
    """Call `on_pulse` every `every` milliseconds (a number or Var); not while the tab is hidden or closed."""
    return Pulse.create(every=every, on_pulse=on_pulse)
