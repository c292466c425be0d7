"""Undoing the import of half a million order lines, against the import itself, both as whole commands on SQLite.

python -m benchmarks.undo_import
"""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import million, ratios
from benchmarks.import_orders import command

LINES, MOST_SECONDS = 500_000, 10.0


def main() -> None:
    """Import, undo, and tell both."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "half.csv"
        million.orders(file, LINES)
        environment = os.environ | {"DATA_DIR": folder, "DATABASE_URL": ""}
        command(environment, "migrate")
        importing, _, first = command(environment, "import", str(file), "--json")
        undoing, _, told = command(environment, "undo-import", str(first["batch"]), "--json")
    print(f"{told['removed']:,} lines: imported in {importing:.2f} s, undone in {undoing:.2f} s")
    ratios.tell("seconds to undo half a million lines", undoing, "below 10", undoing < MOST_SECONDS)
    ratios.tell("undoing over importing", undoing / importing, "at most 1.5", undoing <= 1.5 * importing)
    ratios.tell("lines that go", told["removed"], "500000", told["removed"] == LINES)


if __name__ == "__main__":
    main()
