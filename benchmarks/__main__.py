"""`make bench`: runs the benchmarks, each in a process of its own, and prints one table of ratios.

    python -m benchmarks [accuracy] [speed_demand] [import_orders] [import_excel] [undo_import] [ledger] [retrain]
                         [page_load] [churn_page] [api_load] [registry_load] [churn] [churn_telco] [churn_million]
                         [segments] [route_cost] [pricing] [propensity] [lists]

Peers are installed into an environment of their own, beside our requirements, so that nothing of ours depends on them.
"""

import subprocess
import sys
import venv
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.ratios import Ratio, told

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent
PEERS = FOLDER / ".peers"
PYTHON = PEERS / "bin" / "python"
NAMES = (
    "accuracy",
    "speed_demand",
    "import_orders",
    "import_excel",
    "undo_import",
    "ledger",
    "retrain",
    "page_load",
    "churn_page",
    "api_load",
    "registry_load",
    "churn",
    "churn_telco",
    "churn_million",
    "segments",
    "route_cost",
    "pricing",
    "propensity",
    "lists",
)
LOCKS = (ROOT / "requirements-dev.txt", FOLDER / "peers" / "requirements.txt")


def main() -> None:
    """Run the named benchmarks, all of them by default; exit 1 when one fails or misses its target."""
    names = sys.argv[1:] or NAMES
    unknown = sorted(set(names) - set(NAMES))
    if unknown:
        raise SystemExit(f"No such benchmark: {', '.join(unknown)}. There are: {', '.join(NAMES)}.")
    install_peers()
    results = {name: run(name) for name in names}
    show(results)
    complete = all(results.values())
    raise SystemExit(0 if complete and all(ratio.passed for ratios in results.values() for ratio in ratios) else 1)


def install_peers() -> None:
    """Make the peers' environment, unless it was made from exactly these lists."""
    wanted, stamp = "".join(path.read_text() for path in LOCKS), PEERS / "installed.txt"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print("▸ Peers into benchmarks/.peers …", flush=True)
    venv.create(PEERS, clear=True, with_pip=True)
    for path in LOCKS:
        subprocess.run([sys.executable, "-m", "uv", "pip", "install", "-q", "--python", PYTHON, "-r", path], check=True)
    stamp.write_text(wanted)


def run(name: str) -> list[Ratio]:
    """What the benchmark found; nothing where it failed. Its output is shown as it comes."""
    print(f"▸ {name} …", flush=True)
    lines = []
    command = [PYTHON, "-m", f"benchmarks.{name}"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            lines.append(line)
            print(f"  {line}", end="", flush=True)
    return told("".join(lines))


def show(results: dict[str, list[Ratio]]) -> None:
    """The table of all results."""
    table = Table("benchmark", "claim", "measured", "target", "", box=None)
    for name, ratios in results.items():
        for ratio in ratios:
            table.add_row(name, ratio.claim, f"{ratio.value:g}", ratio.target, "ok" if ratio.passed else "MISSED")
        if not ratios:
            table.add_row(name, "", "", "", "FAILED")
    Console().print(table)


if __name__ == "__main__":
    main()
