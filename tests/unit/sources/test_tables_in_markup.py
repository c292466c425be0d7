"""Web pages and XML that call themselves workbooks."""

from pathlib import Path

import pytest

from ml_insights.sources import errors
from tests.workbooks import HEADER, inspect


def test_entities_in_a_workbook_do_not_explode(tmp_path: Path):
    path = tmp_path / "v.xls"
    lol = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    path.write_text(
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{lol}]>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet>&a11;</Worksheet></Workbook>'
    )
    with pytest.raises(errors.BrokenWorkbook):
        inspect(path)


PAGE = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="{charset}"><style>td {{x}}</style>
<script>var t = "<table><tr><td>no</td></tr></table>";</script></head><body>
<table><tr><td>Menú</td></tr></table>
<table border=1><tr><td colspan=6>Informe de ventas &amp; más</td></tr>
<tr><th>Fecha<th>N&deg; Pedido<th>Cliente</th><th>Producto</th><th>Cantidad</th><th>Precio</th></tr>
<tr><td rowspan=2>05-10-2026</td><td>10001</td><td>Muñoz<br>y Cía</td><td>85123</td><td>2</td>
<td x:num="12.995">13,00</td></tr>
<tr><td>10002</td><td>Kiosko&nbsp;Luna</td><td>A</td><td>1</td><td>990</td></tr>
</table></body></html>"""


@pytest.mark.parametrize("charset", ["utf-8", "windows-1252", "utf-16"])
def test_a_web_page_that_calls_itself_a_workbook_is_read(tmp_path: Path, charset: str):
    path = tmp_path / "export.xls"
    path.write_bytes(PAGE.replace("{charset}", charset).encode(charset))
    found = inspect(path)
    assert found.shape.headers == tuple(HEADER) and (found.shape.sheet, found.shape.skipped) == ("Table 2", 1)
    assert found.sample == [
        ["05-10-2026", "10001", "Muñoz y Cía", "85123", "2", "12.995"],
        ["", "10002", "Kiosko Luna", "A", "1", "990"],
    ]


def test_a_web_page_without_a_table_is_refused(tmp_path: Path):
    path = tmp_path / "export.xls"
    path.write_text("<!DOCTYPE html><html><body>Your session has ended. <a href=/>Sign in</a></body></html>")
    with pytest.raises(errors.EmptyFile):
        inspect(path)


XML_2003 = """<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:x="urn:schemas-microsoft-com:office:excel">
<Worksheet ss:Name="Oculta"><Table><Row><Cell><Data ss:Type="String">x</Data></Cell></Row></Table>
<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet>
<Worksheet ss:Name="Ventas"><Table>
<Row><Cell ss:MergeAcross="5"><Data ss:Type="String">Informe</Data></Cell></Row>
<Row ss:Index="4">{header}</Row>
<Row><Cell><Data ss:Type="DateTime">2026-10-05T00:00:00.000</Data></Cell>
<Cell><Data ss:Type="Number">10001</Data></Cell>
<Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40">Bazar <B>Sur</B></ss:Data></Cell>
<Cell><Data ss:Type="Number">85123</Data></Cell><Cell ss:Index="6"><Data ss:Type="Number">12.995</Data></Cell></Row>
</Table></Worksheet></Workbook>"""


def test_xml_spreadsheets_are_read(tmp_path: Path):
    path = tmp_path / "export.xls"
    header = "".join(f'<Cell><Data ss:Type="String">{name}</Data></Cell>' for name in HEADER)
    path.write_text(XML_2003.replace("{header}", header), encoding="utf-8")
    found = inspect(path)
    assert (found.shape.headers, found.shape.sheet, found.numbers) == (tuple(HEADER), "Ventas", (5,))
    assert found.sample == [["2026-10-05", "10001", "Bazar Sur", "85123", "", "12.995"]]


@pytest.mark.parametrize(
    "text", ["<?xml version='1.0'?><feed/>", "MIME-Version: 1.0\nContent-Type: multipart/related\n"]
)
def test_other_markup_is_refused(tmp_path: Path, text: str):
    path = tmp_path / "export.xls"
    path.write_text(text)
    with pytest.raises(errors.NotText):
        inspect(path)
