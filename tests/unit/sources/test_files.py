"""Files as they come: encodings, separators, headers, and everything that can be wrong with a file as a whole."""

import gzip
from pathlib import Path

import pytest

from ml_insights.core.errors import ProductError
from ml_insights.sources import errors
from ml_insights.sources.reading import read_chunks
from ml_insights.sources.shape import read_shape

HEADER = b"order_id,ordered_at,product_id,quantity,unit_price\n"
ROW = b"A1,2024-01-15,P1,2,9.5\n"


def write(folder: Path, data: bytes, name: str = "orders.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def rows_of(path: Path, block: int = 1 << 16) -> list[tuple[int, list[str]]]:
    """Row number and cells of every good row."""
    shape = read_shape(path, 10)
    return [
        (number, list(cells))
        for chunk in read_chunks(path, shape, path.name, block)
        for number, cells in zip(
            chunk.numbers.to_pylist(), zip(*(c.to_pylist() for c in chunk.table.columns), strict=True), strict=True
        )
    ]


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("cp1252", "cp1252"), ("latin-1", "cp1252"), ("utf-16", "utf-16")],
)
@pytest.mark.parametrize("packed", [False, True])
def test_encodings_are_found(tmp_path: Path, encoding: str, found: str, packed: bool):
    data = "pedido;descripción\nA1;Ñandú de algodón\nA2;Café\n".encode(encoding)
    path = write(tmp_path, gzip.compress(data) if packed else data)
    shape = read_shape(path, 10)
    assert (shape.encoding, shape.separator, shape.headers) == (found, ";", ("pedido", "descripción"))
    assert rows_of(path) == [(2, ["A1", "Ñandú de algodón"]), (3, ["A2", "Café"])]


def test_an_accent_far_into_the_file_still_decides_the_encoding(tmp_path: Path):
    path = write(tmp_path, b"a,b\n" + b"1,plain text\n" * 200_000 + "2,peñón\n".encode("cp1252"))
    assert read_shape(path, 10).encoding == "cp1252"
    assert rows_of(path)[-1] == (200_002, ["2", "peñón"])


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_are_found(tmp_path: Path, separator: str):
    path = write(tmp_path, separator.join("abc").encode() + b"\n" + separator.join(["1,5", "x y", '"z;"']).encode())
    if separator == ",":
        path = write(tmp_path, b'a,b,c\n1.5,x y,"z;"')
    assert read_shape(path, 10).separator == separator


def test_row_numbers_are_those_of_a_spreadsheet(tmp_path: Path):
    path = write(tmp_path, b'a,b\n1,x\n\n2,"two\nlines"\n3\n4,y\n5,y,z\n6,w\n')
    assert rows_of(path) == [(2, ["1", "x"]), (4, ["2", "two\nlines"]), (6, ["4", "y"]), (8, ["6", "w"])]
    shape = read_shape(path, 10)
    refused = [row for chunk in read_chunks(path, shape, "f") for row in chunk.malformed]
    assert [(row.row, row.cells) for row in refused] == [(5, ("3",)), (7, ("5", "y", "z"))]


def test_row_numbers_hold_across_blocks(tmp_path: Path):
    lines = [b"%d,x\n" % place if place % 7 else b"%d\n" % place for place in range(2, 3000)]
    path = write(tmp_path, b"a,b\n" + b"".join(lines))
    assert all(number == int(cells[0]) for number, cells in rows_of(path, block=256))


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", errors.EmptyFile),
        (b"\n \n", errors.EmptyFile),
        (b"\xef\xbb\xbf", errors.EmptyFile),
        (HEADER, errors.NoRows),
        (HEADER.strip(), errors.NoRows),
        (HEADER + ROW + b"A2,2024-01", errors.CutOff),
        (gzip.compress(HEADER + ROW * 1000)[:-20], errors.CutOff),
        (b";;\n;\n", errors.EmptyFile),
        (b"PK\x03\x04 a workbook", errors.NotText),
        (b"a,b\n1,\x00\n", errors.NotText),
        (b'a,b\n1,"never closed\n' + b"x" * (1 << 21), errors.UnclosedQuote),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_a_broken_file_is_refused_with_a_fix(tmp_path: Path, data: bytes, error: type[ProductError]):
    with pytest.raises(error) as caught:
        rows_of(write(tmp_path, data))
    for language in ("en", "es"):
        assert "orders.csv" in caught.value.message(language)
        assert "{" not in caught.value.message(language)


def test_a_named_encoding_that_is_wrong_is_refused(tmp_path: Path):
    path = write(tmp_path, "a,b\n1,ñ\n".encode("cp1252"))
    with pytest.raises(errors.WrongEncoding):
        read_shape(path, 10, encoding="utf-8")
    with pytest.raises(errors.WrongEncoding):
        read_shape(path, 10, encoding="no-such-code")


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(2 << 30)
    with pytest.raises(errors.FileTooLarge) as caught:
        read_shape(path, limit_mb=1024)
    assert caught.value.values == {"file": "huge.csv", "size_mb": 2048, "limit_mb": 1024}


def test_a_file_that_is_not_there(tmp_path: Path):
    with pytest.raises(errors.FileMissing):
        read_shape(tmp_path / "none.csv", 10)
