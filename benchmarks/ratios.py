"""The one form in which benchmarks tell their result, so that `make bench` can print a single table."""

import json
from dataclasses import asdict, dataclass

MARK = "RATIO "


@dataclass(frozen=True)
class Ratio:
    """A claim and what was measured. `value` is in the terms of the claim, `target` says what would be good enough."""

    claim: str
    value: float
    target: str
    passed: bool


def tell(claim: str, value: float, target: str, passed: bool) -> None:
    """Print a result where both people and `make bench` find it."""
    print(MARK + json.dumps(asdict(Ratio(claim, round(value, 4), target, bool(passed)))), flush=True)


def told(output: str) -> list[Ratio]:
    """The results in a benchmark's output."""
    return [Ratio(**json.loads(line.removeprefix(MARK))) for line in output.splitlines() if line.startswith(MARK)]
