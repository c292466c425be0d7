"""Which header feeds which column."""

import pytest

from ml.frames import CONTRACTS
from ml_insights.sources.facts import Reading
from ml_insights.sources.mapping import missing_columns, propose_columns, total_header, with_stand_ins
from ml_insights.sources.presets import recognised
from ml_insights.sources.synonyms import likeness

ORDERS = CONTRACTS["orders"]


@pytest.mark.parametrize(
    "headers",
    [
        ["ORDER_ID", "ORDERED_AT", "PRODUCT_ID", "QUANTITY", "UNIT_PRICE"],
        ["InvoiceNo", "InvoiceDate", "StockCode", "Quantity", "UnitPrice"],
        ["Order ID", " Order Date ", "Product ID", "Qty", "Price"],
        ["N° Pedido", "Fecha", "Código", "Cantidad", "Precio unitario"],
        ["Folio", "Fecha emisión", "SKU", "Unidades", "Precio"],
        ["Number", "Purchased", "Product", "Product Qty", "Price"],
        ["Número de pedido", "created", "Nombre del artículo", "Cantidad", "Coste del artículo"],
        ["Factura", "Fe.factura", "Material", "Ctd.facturada", "Valor unitario", "Solicitante"],
        ["Bestellnummer", "Bestelldatum", "Artikel", "Menge", "Einzelpreis", "Kunde"],
        ["Pedido", "Data", "Produto", "Quantidade", "Preço unitário", "Cliente"],
        ["increment_id", "created_at", "sku", "qty_ordered", "price", "customer_email"],
        ["id_order", "date_add", "product_reference", "product_quantity", "product_price", "id_customer"],
    ],
)
def test_usual_names_are_understood(headers: list[str]):
    columns = propose_columns(ORDERS, headers)
    assert [columns.get(name) for name in ORDERS.names][: len(headers)] == headers


@pytest.mark.parametrize(
    ("headers", "order", "product"),
    [
        (["Nº", "Fecha", "Referencia", "Cantidad", "Precio"], "Nº", "Referencia"),
        (["Nro", "Fecha", "Producto", "Cantidad", "Precio"], "Nro", "Producto"),
        (["Referencia", "Fecha", "Producto", "Cantidad", "Precio"], "Referencia", "Producto"),
        (["Referencia", "Fecha", "Cantidad", "Precio"], None, "Referencia"),
        (["Pedido", "Nº", "Referencia", "SKU", "Fecha", "Cantidad", "Precio"], "Pedido", "SKU"),
    ],
)
def test_a_reference_takes_nothing_from_others(headers: list[str], order: str | None, product: str):
    columns = propose_columns(ORDERS, headers)
    assert (columns.get("order_id"), columns["product_id"]) == (order, product)


def test_the_contracts_own_name_wins():
    columns = propose_columns(ORDERS, ["invoice", "date", "ordered_at", "order_id"])
    assert columns == {"order_id": "order_id", "ordered_at": "ordered_at"}


def test_an_amount_is_offered_but_never_taken():
    headers = ["Order ID", "Order Date", "Product ID", "Quantity", "Sales"]
    columns = propose_columns(ORDERS, headers)
    assert "Sales" not in columns.values()
    assert total_header(ORDERS, headers, columns) == "Sales"
    assert missing_columns(ORDERS, columns) == ["unit_price"]
    assert missing_columns(ORDERS, columns | {"total": "Sales"}) == []


def test_with_a_price_no_amount_is_offered():
    headers = ["Order ID", "Price", "Sales"]
    assert total_header(ORDERS, headers, propose_columns(ORDERS, headers)) is None


def test_spanish_customers_and_products():
    assert propose_columns(CONTRACTS["customers"], ["RUT", "Razón Social", "Teléfono", "Región"]) == {
        "customer_id": "RUT",
        "name": "Razón Social",
        "phone": "Teléfono",
        "region": "Región",
    }
    assert propose_columns(CONTRACTS["products"], ["Código", "Descripción", "Familia", "Costo"]) == {
        "product_id": "Código",
        "name": "Descripción",
        "category": "Familia",
        "unit_cost": "Costo",
    }


@pytest.mark.parametrize(
    ("column", "headers"),
    [
        (
            "order_id",
            [
                "Nº",
                "N° Pedido",
                "Nro. de Factura",
                "Número de boleta",
                "Folio",
                "Order #",
                "Sales Order No.",
                "ID de la orden",
                "Invoice Number",
                "Venta N°",
            ],
        ),
        (
            "ordered_at",
            ["Fecha ", "FECHA DE EMISIÓN", "Fecha del Pedido", "Order Date", "Fecha (dd-mm-aaaa)", "Date Created"],
        ),
        ("product_id", ["SKU", "Código Producto", "Cod. Artículo", "Item Code", "Product ID", "Nombre del producto"]),
        ("quantity", ["Cant.", "Cantidad (un)", "Unidades vendidas", "Qty", "Order Lines/Quantity", "Uds."]),
        (
            "unit_price",
            [
                "Precio unitario (con IVA)",
                "P. Unitario",
                "Precio (CLP)",
                "Unit Price (USD)",
                "Valor unitario",
                "Precio Neto Unitario",
                "Item Cost",
                "Líneas del pedido/Precio unitario",
            ],
        ),
        ("customer_id", ["RUT Cliente", "Cliente", "Customer ID", "E-mail", "Razón Social", "Código de cliente"]),
        ("total", ["Total (CLP)", "Monto neto", "Importe", "Total línea", "Sales", "Subtotal", "Total $"]),
    ],
)
def test_many_names_of_one_column(column: str, headers: list[str]):
    unknown = [header for header in headers if header != "Nº" and not likeness("orders", column, header)]
    assert unknown == []


def test_a_customers_number_goes_before_mail_and_name():
    columns = propose_columns(ORDERS, ["Nombre cliente", "Email", "RUT"])
    assert columns["customer_id"] == "RUT"
    assert propose_columns(ORDERS, ["Nombre cliente", "Email"])["customer_id"] == "Email"


SHOPIFY = [
    "Name",
    "Email",
    "Financial Status",
    "Currency",
    "Total",
    "Created at",
    "Lineitem quantity",
    "Lineitem name",
    "Lineitem price",
    "Lineitem sku",
    "Id",
]
ODOO = [
    "Referencia del pedido",
    "Fecha de la orden",
    "Cliente",
    "Líneas de la orden/Producto",
    "Líneas de la orden/Cantidad",
    "Líneas de la orden/Precio unitario",
    "Estado",
]
MERCADO_LIBRE = [
    "# de venta",
    "Fecha de venta",
    "Estado",
    "Unidades",
    "Total (CLP)",
    "SKU",
    "# de publicación",
    "Título de la publicación",
    "Precio unitario de venta de la publicación (CLP)",
    "Comprador",
]


@pytest.mark.parametrize(
    ("program", "headers", "columns"),
    [
        ("Shopify", SHOPIFY, ["Name", "Created at", "Lineitem sku", "Lineitem quantity", "Lineitem price", "Email"]),
        ("Odoo", ODOO, [ODOO[0], ODOO[1], ODOO[3], ODOO[4], ODOO[5], "Cliente"]),
        (
            "Mercado Libre",
            MERCADO_LIBRE,
            ["# de venta", "Fecha de venta", "SKU", "Unidades", MERCADO_LIBRE[8], "Comprador"],
        ),
        (
            "Online Retail",
            ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"],
            ["InvoiceNo", "InvoiceDate", "StockCode", "Quantity", "UnitPrice", "CustomerID"],
        ),
    ],
)
def test_exports_of_programs(program: str, headers: list[str], columns: list[str]):
    names = ("order_id", "ordered_at", "product_id", "quantity", "unit_price", "customer_id")
    preset = recognised(headers)
    assert preset is not None and preset.name == program
    found = propose_columns(ORDERS, headers)
    assert [found.get(name) for name in names] == columns


def test_another_column_stands_in_for_an_empty_code():
    reading = Reading("orders", propose_columns(ORDERS, SHOPIFY), "utf-8", ",", ".", None, "UTC")
    assert with_stand_ins(reading, SHOPIFY).otherwise == {"product_id": "Lineitem name"}


def test_what_no_header_feeds_is_made():
    headers = ["Fecha", "Cliente", "Monto"]
    reading = Reading("orders", propose_columns(ORDERS, headers), "utf-8", ",", ".", None, "UTC")
    made = with_stand_ins(reading, headers)
    assert (made.line_orders, made.constants, made.amount_header) == (
        True,
        {"product_id": "Sales", "quantity": "1"},
        "Monto",
    )
    assert missing_columns(ORDERS, [*made.columns, *made.made]) == []
