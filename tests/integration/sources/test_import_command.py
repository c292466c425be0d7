"""`import` on the command line: what it prints for programs, what it asks, what it imports and what it leaves alone."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import Engine, text
from sqlmodel import Session
from typer.testing import CliRunner

from ml_insights.__main__ import add_slices, app
from ml_insights.commerce.queries import counts
from ml_insights.commerce.tables import Dataset
from ml_insights.company.errors import AmountsThere
from ml_insights.core import company as known
from ml_insights.core.errors import ProductError
from ml_insights.core.settings import settings
from ml_insights.sources import errors
from ml_insights.sources.cli import UNDECIDED

ROWS = """Pedido;Fecha;SKU;Cantidad;Precio;Estado;Nota
A1;15/01/2024;P1;2;1.990,50;Pagado;rápido
A2;16/01/2024;P1;1;3,5;Pagado;
A3;17/01/2024;P2;1;2,5;Anulado;
"""
DELIVERIES = """route_id,departed_at,cost,distance_km,driver,invoiced
R1,2024-01-15T10:30:00Z,100,12.5,Pía,119
R2,2024-01-16T10:30:00Z,90,8,Leo,107.1
"""
Json = dict[str, Any]


@pytest.fixture(autouse=True)
def commands() -> None:
    add_slices()


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    def saved(rows: str, name: str = "ventas.csv") -> Path:
        path = tmp_path / name
        path.write_text(rows, encoding="utf-8")
        return path

    return saved


def run(path: Path, *options: str, code: int = 0) -> Json:
    """What `import --json` prints, once it has ended with `code`."""
    done = CliRunner().invoke(app, ["import", str(path), *options, "--json"])
    assert done.exit_code == code, done.output
    return json.loads(done.stdout)


def refused(path: Path, *options: str) -> ProductError:
    """The error that the command ends with."""
    done = CliRunner().invoke(app, ["import", str(path), *options])
    assert isinstance(done.exception, ProductError), done.output
    return done.exception


def lines(database: Engine) -> int:
    with Session(database) as session:
        return counts(session, Dataset.COMPANY).order_lines


def test_what_was_understood_is_printed_as_summary(database: Engine, save: Callable[..., Path]) -> None:
    done = run(save(ROWS.replace("Anulado", "Pagado")))
    summary = done["summary"]
    assert (summary["rows"], summary["units"], summary["revenue"], summary["currency"]) == (3, 4, 3987, "CLP")
    assert (summary["first"], summary["last"]) == ("2024-01-15", "2024-01-17")
    assert [(one["header"], one["distinct"]) for one in summary["unused"]] == [("Nota", 1)]
    parts = [summary[name] for name in ("added", "known", "updated", "kept", "refused")]
    assert (summary["read"], parts) == (3, [3, 0, 0, 0, 0])
    assert (done["batch"], lines(database)) == (1, 3)
    again = run(save(ROWS.replace("Anulado", "Pagado")))["summary"]
    assert (again["read"], again["added"], again["known"]) == (3, 0, 3)


def test_what_is_open_is_asked_and_nothing_enters(database: Engine, save: Callable[..., Path]) -> None:
    asked = run(save(ROWS), code=UNDECIDED)
    (states,) = asked["decisions"]
    assert (states["name"], states["proposed"]) == ("states", {"Pagado": "sale", "Anulado": "out"})
    assert [(one["value"], one["rows"], one["money"]) for one in states["options"]] == [
        ("Pagado", 2, 3984.5),
        ("Anulado", 1, 2.5),
    ]
    assert states["answer_with"] == '--decide "states=Pagado:sale,Anulado:out"'
    assert asked["imported"] is False and lines(database) == 0


@pytest.mark.parametrize(
    ("decided", "figures"),
    [
        ("states=Pagado:sale,Anulado:out", (2, 2, 3, 3984.5)),
        ("states=Pagado:sale,Anulado:sale", (3, 3, 4, 3987)),
        ('states={"Pagado": "out", "Anulado": "sale"}', (1, 1, 1, 2.5)),
    ],
)
def test_a_decision_decides(
    database: Engine, save: Callable[..., Path], decided: str, figures: tuple[float, ...]
) -> None:
    summary = run(save(ROWS), "--decide", decided)["summary"]
    assert (summary["rows"], summary["orders"], summary["units"], summary["revenue"]) == figures
    assert lines(database) == figures[0]


def test_decisions_come_one_by_one_over_what_is_proposed(database: Engine, save: Callable[..., Path]) -> None:
    path = save(ROWS.replace("A2;16/01/2024;P1;1;3,5;Pagado", "A2;16/01/2024;P1;1;3,5;Quizás"))
    (states,) = run(path, "--decide", "states=Anulado:out", code=UNDECIDED)["decisions"]
    assert states["name"] == "states" and states["proposed"] == "", "nothing suggests what “Quizás” means"
    summary = run(path, "--accept-proposed", "--decide", "states=Quizás:sale")["summary"]
    assert (summary["orders"], summary["set_aside"]) == (2, {"state": 1})


def test_figures_beside_questions_are_those_of_all_rows_or_null(database: Engine, save: Callable[..., Path]) -> None:
    days = [f"A{number};{number % 11 + 2:02}/{number % 6 + 1:02}/2024;P1;1;990;C{number}" for number in range(700)]
    summary = run(save("\n".join(["Pedido;Fecha;SKU;Cantidad;Precio;Cliente", *days])), code=UNDECIDED)["summary"]
    known = {name: summary[name] for name in ("rows", "orders", "customers", "units", "revenue", "currency")}
    assert known == {
        "rows": 700,
        "orders": 700,
        "customers": 700,
        "units": 700,
        "revenue": 693_000,
        "currency": "CLP",
    }
    assert summary["first"] is None and summary["last"] is None, "the days hang on the answer"


def test_what_hangs_on_the_decimal_sign_is_null_until_it_is_decided(
    database: Engine, save: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CURRENCY", "USD")
    settings.cache_clear()
    rows = "\n".join(f"A{number},2024-01-{number:02},P1,1,{number}.990" for number in range(10, 29))
    path = save(f"order_id,ordered_at,product_id,quantity,unit_price\n{rows}\n")
    asked = run(path, code=UNDECIDED)
    assert [one["name"] for one in asked["decisions"]] == ["decimal"]
    assert (asked["summary"]["revenue"], asked["summary"]["rows"]) == (None, 19)
    assert (asked["summary"]["first"], asked["summary"]["last"]) == ("2024-01-10", "2024-01-28")
    by_point = run(path, "--decimal", ".", "--dry-run")["summary"]["revenue"]
    by_comma = run(path, "--decide", "decimal=,", "--dry-run")["summary"]["revenue"]
    assert by_comma == pytest.approx(1000 * by_point) and lines(database) == 0


def test_nothing_is_known_while_it_is_open_which_rows_there_are(database: Engine, tmp_path: Path) -> None:
    path = workbook(tmp_path / "ventas.xlsx")
    asked = run(path, code=UNDECIDED)
    assert [one["name"] for one in asked["decisions"]] == ["sheet"]
    assert set(asked["summary"].values()) == {None}
    summary = run(path, "--sheet", "Febrero")["summary"]
    assert (summary["rows"], summary["first"], summary["revenue"]) == (2, "2024-02-01", 1980)
    assert run(path, "--sheet", "Enero", "--dry-run")["summary"]["first"] == "2024-01-01"
    assert isinstance(refused(path, "--sheet", "Marzo"), ProductError) and lines(database) == 2


def workbook(path: Path) -> Path:
    """Two sheets of orders, and a third row that names the columns."""
    with xlsxwriter.Workbook(str(path)) as book:
        for month, sheet in enumerate(("Enero", "Febrero"), 1):
            rows = [[f"A{month}{day}", f"2024-{month:02}-{day:02}", "P1", 1, 990] for day in (1, 2)]
            named = [["Ventas"], [], ["Pedido", "Fecha", "SKU", "Cantidad", "Precio"], *rows]
            for row, cells in enumerate(named):
                opened = book.get_worksheet_by_name(sheet) or book.add_worksheet(sheet)
                opened.write_row(row, 0, cells)
    return path


def test_the_header_row_can_be_said(database: Engine, save: Callable[..., Path]) -> None:
    bare = "A1;15/01/2024;P1;2;990\nA2;16/01/2024;P1;1;990\n"
    path = save(bare)
    assert "header_row" in [one["name"] for one in run(path, code=UNDECIDED)["decisions"]]
    fed = ("order_id", "ordered_at", "product_id", "quantity", "unit_price")
    done = run(path, "--header-row", "0", *(f"--map={name}=Column {at}" for at, name in enumerate(fed, 1)))
    assert (done["summary"]["rows"], done["summary"]["revenue"]) == (2, 2970)
    titled = save("Informe;;;;\nPedido;Fecha;SKU;Cantidad;Precio\n" + bare, "titled.csv")
    assert run(titled, "--header-row", "2", "--dry-run")["summary"]["rows"] == 2


def test_a_dry_run_tells_the_same_and_imports_nothing(database: Engine, save: Callable[..., Path]) -> None:
    path = save(ROWS)
    trial = run(path, "--accept-proposed", "--dry-run")
    assert (trial["imported"], trial["batch"], lines(database)) == (False, None, 0)
    done = run(path, "--accept-proposed")
    became = ("read", "added", "known", "updated", "kept", "refused")
    left = {name: value for name, value in done["summary"].items() if name not in became}
    assert left == {name: trial["summary"][name] for name in left}
    assert lines(database) == 2


def test_a_mapped_column_is_fed_and_no_other_loses_its_own(database: Engine, save: Callable[..., Path]) -> None:
    done = run(save(ROWS), "--accept-proposed", "--map", "channel=Nota", "--map", "customer_id=Pedido")
    assert done["summary"]["unused"] == [] and done["summary"]["customers"] == 2
    with database.connect() as connection:
        stored = connection.execute(text("SELECT order_id, customer_id, channel FROM order_lines ORDER BY order_id"))
        assert [tuple(row) for row in stored] == [("A1", "A1", "rápido"), ("A2", "A2", None)]


@pytest.mark.parametrize("mapped", ["channel=Tienda", "shop=Nota"])
def test_a_mapping_of_what_is_not_there_is_refused(database: Engine, save: Callable[..., Path], mapped: str) -> None:
    assert isinstance(refused(save(ROWS), "--accept-proposed", "--map", mapped), errors.UnknownColumn)
    assert lines(database) == 0


@pytest.mark.parametrize(
    ("decided", "error"),
    [
        ("mood=good", errors.UnknownDecision),
        ("states=Pagado:perhaps", errors.UnknownAnswer),
        ("states=", errors.BadDecision),
        ("states={Pagado", errors.BadDecision),
        ("states={}", errors.UnknownAnswer),
    ],
)
def test_an_answer_that_is_none_is_refused(
    database: Engine, save: Callable[..., Path], decided: str, error: type[ProductError]
) -> None:
    assert isinstance(refused(save(ROWS), "--decide", decided), error)
    assert lines(database) == 0


def test_columns_of_deliveries_are_kept_unless_left_out(database: Engine, save: Callable[..., Path]) -> None:
    path = save(DELIVERIES, "viajes.csv")
    assert run(path, "--as", "deliveries", "--dry-run", "--leave-out", "invoiced")["summary"]["rows"] == 2
    run(path, "--as", "deliveries", "--leave-out", "invoiced")
    with database.connect() as connection:
        stored = connection.execute(text("SELECT features FROM deliveries")).scalars().all()
    kept = [json.loads(one) if isinstance(one, str) else one for one in stored]
    assert [set(one) for one in kept] == [{"driver"}, {"driver"}]


def test_people_are_asked_too(database: Engine, save: Callable[..., Path]) -> None:
    done = CliRunner().invoke(app, ["import", str(save(ROWS))])
    assert done.exit_code == UNDECIDED
    assert "Nothing is imported yet" in done.output and '--decide "states=' in done.output
    told = CliRunner().invoke(app, ["import", str(save(ROWS)), "--accept-proposed"])
    assert "3 rows read" not in told.output and "2 rows read = 2 added" in told.output
    assert lines(database) == 2


def test_sales_that_a_later_file_cancels_are_told_before_and_after(database: Engine, save: Callable[..., Path]) -> None:
    run(save(ROWS), "--accept-proposed")
    later = save(ROWS.replace("3,5;Pagado", "3,5;Anulado").replace("2,5;Anulado", "2,5;Pagado"))
    told = {"cancelled_orders": 1, "cancelled_rows": 1, "cancelled_revenue": 3.5}
    for options in (["--dry-run"], []):
        summary = run(later, "--accept-proposed", *options)["summary"]
        assert {name: summary[name] for name in told} == told
        assert summary["rows"] == summary["read"] == 3
        assert lines(database) == 2
    assert [summary[name] for name in ("added", "known", "updated", "kept", "refused")] == [1, 1, 1, 0, 0]
    printed = CliRunner().invoke(app, ["import", str(later), "--accept-proposed"]).output
    assert "Sales here that this file says are none" not in printed
    printed = CliRunner().invoke(app, ["import", str(save(ROWS)), "--accept-proposed"]).output
    assert "Sales here that this file says are none: 1 row of 1 order, worth 2.5 CLP." in printed


def test_a_state_that_the_last_file_did_not_have_is_asked_about(database: Engine, save: Callable[..., Path]) -> None:
    run(save(ROWS), "--decide", "states=Pagado:sale,Anulado:out")
    asked = run(save(ROWS.replace("3,5;Pagado", "3,5;Zurückgelegt")), code=UNDECIDED)
    (states,) = asked["decisions"]
    assert states["name"] == "states"
    assert lines(database) == 2


def test_a_known_state_that_the_last_file_did_not_have_is_asked_about_too(
    database: Engine, save: Callable[..., Path]
) -> None:
    run(save(ROWS.replace("Anulado", "Pagado")), "--accept-proposed")
    asked = run(save(ROWS), code=UNDECIDED)
    assert [one["name"] for one in asked["decisions"]] == ["states"]
    assert lines(database) == 3


EUROS = "order_id,date,product,quantity,price,currency\n" + "".join(
    f"A{number},2026-05-0{number},P1,2,{number}0.5,EUR\n" for number in range(1, 6)
)


def test_a_first_file_in_one_foreign_currency_can_set_the_company_s(
    save: Callable[..., Path], database: Engine
) -> None:
    path = save(EUROS)
    (asked,) = (one for one in run(path, code=UNDECIDED)["decisions"] if one["name"] == "currency")
    assert asked["count_in"] == "EUR"
    printed = CliRunner().invoke(app, ["import", str(path)]).output
    assert "--count-in EUR" in printed
    tried = run(path, "--count-in", "eur", "--dry-run")["summary"]
    assert (tried["currency"], tried["revenue"], known.company().currency) == ("EUR", 305, "CLP")
    done = run(path, "--count-in", "EUR")["summary"]
    known.forget()
    assert (done["currency"], done["revenue"], known.company().currency) == ("EUR", 305, "EUR")
    assert isinstance(refused(path, "--count-in", "USD"), AmountsThere)
    assert isinstance(refused(path, "--count-in", "XXQ"), ProductError)
    known.forget()
    assert known.company().currency == "EUR"


def test_one_header_for_two_columns_is_refused_with_both_named(database: Engine, save: Callable[..., Path]) -> None:
    error = refused(save(ROWS), "--accept-proposed", "--map", "quantity=Cantidad", "--map", "unit_price=Cantidad")
    assert isinstance(error, errors.HeaderTwice)
    assert error.values == {"header": "Cantidad", "columns": "quantity, unit_price"}
    people = save("Correo;Nombre\na@x.cl;Ana\n", "clientes.csv")
    done = run(people, "--as", "customers", "--map", "customer_id=Correo", "--map", "email=Correo")
    assert (done["added"], lines(database)) == (1, 0)


DISCOUNTED = """Order ID,Date,Customer,SKU,Quantity,Unit Price,Discount,Line Total
1001,2026-01-03,Ana,P1,2,10000,0,20000
1002,2026-01-04,Luis,P2,3,10000,2500,27500
1003,2026-01-05,Eva,P1,1,10000,1000,9000
"""


def test_what_a_line_is_worth_is_asked_and_each_answer_stored(database: Engine, save: Callable[..., Path]) -> None:
    asked = run(save(DISCOUNTED), code=UNDECIDED)
    (worth,) = asked["decisions"]
    assert (worth["name"], worth["proposed"], asked["summary"]["revenue"]) == ("line_total", "total", None)
    assert run(save(DISCOUNTED), "--decide", "line_total=price", "--dry-run")["summary"]["revenue"] == 60_000
    done = run(save(DISCOUNTED), "--accept-proposed")
    assert (done["summary"]["revenue"], done["summary"]["units"]) == (56_500, 6)
    with Session(database) as session:
        stored = session.connection().execute(text("SELECT sum(quantity * unit_price) FROM order_lines")).scalar_one()
    assert stored == pytest.approx(56_500)
    plain = (
        DISCOUNTED.replace(",Line Total", "")
        .replace(",20000\n", "\n")
        .replace(",27500\n", "\n")
        .replace(",9000\n", "\n")
    )
    found = run(save(plain), "--afresh", code=UNDECIDED)
    assert [one["name"] for one in found["decisions"]] == ["discount"]
    for answer, revenue in (("line", 56_500), ("unit", 51_500), ("none", 60_000)):
        done = run(save(plain), "--afresh", "--decide", f"discount={answer}", "--dry-run")
        assert done["summary"]["revenue"] == revenue


def test_a_currency_that_is_new_in_the_second_file_is_asked_about(save: Callable[..., Path], database: Engine) -> None:
    head = "order_id,date,product,quantity,price,currency\n"
    first = save(head + "A1,2026-05-01,P1,2,1500,CLP\nA2,2026-05-02,P1,1,10,USD\n")
    run(first, "--decide", "currency=CLP:1,USD:900")
    second = save(head + "A3,2026-05-03,P1,2,1500,CLP\nA4,2026-05-04,P1,1,10,USD\nA5,2026-05-05,P1,1,20,EUR\n")
    (asked,) = run(second, code=UNDECIDED)["decisions"]
    assert asked["name"] == "currency" and "EUR" in asked["question"]
    done = run(second, "--decide", "currency=CLP:1,USD:900,EUR:1000")["summary"]
    assert (done["added"], done["revenue"]) == (3, 32_000)
