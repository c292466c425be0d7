"""A workbook of 100,000 rows and ten columns into SQLite: our whole `import` command against python-calamine alone.

    python -m benchmarks.import_excel

Both start from nothing as whole processes and take turns; each figure is the median. Ours checks the archive, finds
sheet and header, writes the sheet as text, understands it, checks every row and writes it; the peer turns the sheet's
cells into Python values and drops them.
"""

import os
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
import xlsxwriter

from benchmarks import million, ratios
from benchmarks.import_orders import command

RUNS = int(os.environ.get("BENCH_RUNS", "3"))
ROWS = 100_000
HEADER = ("Fecha", "N° Pedido", "Cliente", "Código", "Cantidad", "Precio Unitario", "Canal", "Vendedor", "Sucursal",
          "Comuna")  # fmt: skip
MOST = 8.0
"""Times the peer's seconds that the whole import may take."""
PEER = """
import sys, python_calamine
rows = sum(1 for row in python_calamine.load_workbook(sys.argv[1]).get_sheet_by_index(0).iter_rows())
print(rows)
"""


def main() -> None:
    """Measure both."""
    with TemporaryDirectory() as folder:
        file = workbook(Path(folder) / "ventas.xlsx")
        ours, plain, memory, added = [], [], [], 0
        for run in range(RUNS):
            plain.append(timed_peer(file))
            environment = os.environ | {"DATA_DIR": f"{folder}/{run}", "DATABASE_URL": ""}
            command(environment, "migrate")
            seconds, megabytes, answer = command(environment, "import", str(file), "--json")
            ours.append(seconds)
            memory.append(megabytes)
            added = answer["added"]
    print(f"{added:,} rows: ours {median(ours):.2f} s, {max(memory):.0f} MB; python-calamine {median(plain):.2f} s")
    slower = median(ours) / median(plain)
    ratios.tell("seconds of an Excel import over reading its cells", slower, f"at most {MOST:g}", slower <= MOST)
    ratios.tell("rows of the workbook that are added", added, f"{ROWS}", added == ROWS)


def workbook(path: Path) -> Path:
    """Write the workbook: a title line, dates, numbers and texts. Seeded."""
    random = np.random.default_rng(0)
    quantity, price = random.integers(1, 9, ROWS).tolist(), (random.integers(500, 90_000, ROWS) + 0.5).tolist()
    customer, product = random.integers(1, 900, ROWS).tolist(), random.integers(10_000, 10_300, ROWS).tolist()
    start = datetime.now().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=ROWS // 200)
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet, day = book.add_worksheet("Ventas"), book.add_format({"num_format": "dd-mm-yyyy"})
        sheet.write(0, 0, "Informe de ventas")
        sheet.write_row(2, 0, HEADER)
        for place in range(ROWS):
            row = place + 3
            sheet.write_datetime(row, 0, start + timedelta(days=place // 200), day)
            sheet.write_row(row, 1, [place // 3, f"Cliente {customer[place]}", product[place], quantity[place]])
            sheet.write_row(row, 5, [price[place], "web", "Ana", "Centro", "Ñuñoa"])
    return path


def timed_peer(file: Path) -> float:
    """Seconds that python-calamine takes to give every row to Python, as a whole process."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", PEER, str(file)], check=True, cwd=million.ROOT, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
