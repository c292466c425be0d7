"""Exports of well-known programs, recognised by their headers; which header feeds what is known then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ml_insights.sources.synonyms import plain


@dataclass(frozen=True)
class Preset:
    """`marks` are headers, compared without case, accents and signs, that only this program writes together.
    `columns` gives those that may feed a column, the best first; `otherwise` those that stand in for empty cells."""

    name: str
    marks: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    otherwise: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    line_totals: bool = True
    """Whether some column may have the amount of a line."""


_ODOO_COLUMNS = {
    "order_id": ("orderreference", "referenciadelpedido", "referenciadelaorden", "orderid", "number", "numero", "name"),
    "ordered_at": ("orderdate", "fechadelaorden", "fechadelpedido", "fechadepedido", "dateorder", "invoicebilldate",
                   "invoicedate", "fechadefactura", "creationdate", "fechadecreacion"),
    "customer_id": ("customer", "cliente", "partnerid", "invoicepartnerdisplayname"),
    "product_id": ("orderlinesproduct", "lineasdelpedidoproducto", "lineasdelaordenproducto", "orderlineproductid",
                   "invoicelinesproduct", "lineasdefacturaproducto", "invoicelineidsproductid"),
    "quantity": ("orderlinesquantity", "lineasdelpedidocantidad", "lineasdelaordencantidad", "orderlineproductuomqty",
                 "invoicelinesquantity", "lineasdefacturacantidad", "invoicelineidsquantity"),
    "unit_price": ("orderlinesunitprice", "lineasdelpedidopreciounitario", "lineasdelaordenpreciounitario",
                   "orderlinepriceunit", "invoicelinesunitprice", "lineasdefacturapreciounitario",
                   "invoicelineidspriceunit"),
    "total": ("orderlinessubtotal", "lineasdelpedidosubtotal", "orderlinepricesubtotal"),
}  # fmt: skip

_AMAZON_COLUMNS = {
    "order_id": ("amazonorderid", "orderid"),
    "ordered_at": ("purchasedate",),
    "customer_id": ("buyeremail", "buyername"),
    "product_id": ("sku", "asin", "productname"),
    "quantity": ("quantity", "quantitypurchased"),
    "total": ("itemprice",),
    "channel": ("saleschannel",),
}

PRESETS = (
    Preset(
        "Shopify",
        ("name", "financialstatus", "lineitemquantity", "lineitemname", "lineitemprice"),
        {
            "order_id": ("name",),
            "ordered_at": ("createdat",),
            "customer_id": ("email", "billingname"),
            "product_id": ("lineitemsku", "lineitemname"),
            "quantity": ("lineitemquantity",),
            "unit_price": ("lineitemprice",),
            "channel": ("source",),
        },
        {"product_id": ("lineitemname",)},
        line_totals=False,
    ),
    Preset(
        "WooCommerce",
        ("ordernumber", "orderstatus", "orderdate", "itemname", "quantity"),
        {
            "order_id": ("ordernumber",),
            "ordered_at": ("orderdate",),
            "customer_id": ("customeruser", "customeruserid", "emailbilling", "billingemail"),
            "product_id": ("sku", "productid", "itemname"),
            "quantity": ("quantity",),
            "unit_price": ("itemcost", "itemprice"),
        },
        {"product_id": ("itemname",), "customer_id": ("emailbilling", "billingemail")},
    ),
    Preset("Odoo", ("orderlinesproduct",), _ODOO_COLUMNS),
    Preset("Odoo", ("lineasdelpedidoproducto",), _ODOO_COLUMNS),
    Preset("Odoo", ("lineasdelaordenproducto",), _ODOO_COLUMNS),
    Preset("Odoo", ("orderlineproductid",), _ODOO_COLUMNS),
    Preset("Odoo", ("invoicelinesproduct",), _ODOO_COLUMNS),
    Preset("Odoo", ("lineasdefacturaproducto",), _ODOO_COLUMNS),
    Preset("Odoo", ("invoicelineidsproductid",), _ODOO_COLUMNS),
    Preset(
        "Online Retail",
        ("stockcode", "description", "quantity", "invoicedate", "country"),
        {
            "order_id": ("invoiceno", "invoice"),
            "ordered_at": ("invoicedate",),
            "customer_id": ("customerid",),
            "product_id": ("stockcode",),
            "quantity": ("quantity",),
            "unit_price": ("unitprice", "price"),
        },
    ),
    Preset(
        "Amazon",
        ("amazonorderid", "purchasedate", "itemprice"),
        _AMAZON_COLUMNS,
        {"product_id": ("asin", "productname")},
    ),
    Preset(
        "Amazon",
        ("orderid", "orderitemid", "purchasedate", "quantitypurchased", "itemprice"),
        _AMAZON_COLUMNS,
        {"product_id": ("asin", "productname")},
    ),
    Preset(
        "Square",
        ("date", "timezone", "item", "qty", "grosssales", "netsales", "transactionid"),
        {
            "order_id": ("transactionid",),
            "ordered_at": ("date",),
            "customer_id": ("customerid", "customername"),
            "product_id": ("sku", "item"),
            "quantity": ("qty",),
            "total": ("netsales",),
            "channel": ("location",),
        },
        {"product_id": ("item",)},
    ),
    Preset(
        "Loyverse",
        ("receiptnumber", "receipttype", "item", "grosssales", "netsales"),
        {
            "order_id": ("receiptnumber",),
            "ordered_at": ("date",),
            "customer_id": ("customername", "customercontacts"),
            "product_id": ("sku", "item"),
            "quantity": ("quantity",),
            "total": ("netsales",),
            "channel": ("store",),
        },
        {"product_id": ("item",)},
    ),
    Preset(
        "QuickBooks",
        ("type", "date", "num", "name", "item", "qty"),
        {
            "order_id": ("num",),
            "ordered_at": ("date",),
            "customer_id": ("name",),
            "product_id": ("item",),
            "quantity": ("qty",),
            "unit_price": ("salesprice",),
        },
    ),
    Preset(
        "Mercado Libre",
        ("deventa", "fechadeventa", "titulodelapublicacion", "unidades"),
        {
            "order_id": ("deventa",),
            "ordered_at": ("fechadeventa",),
            "customer_id": ("comprador",),
            "product_id": ("sku", "depublicacion", "titulodelapublicacion"),
            "quantity": ("unidades",),
            "unit_price": ("preciounitariodeventadelapublicacion",),
        },
        {"product_id": ("depublicacion", "titulodelapublicacion")},
    ),
    Preset(
        "Bsale",
        ("tipodedocumento", "numerodocumento", "productoservicio", "precionetounitario"),
        {
            "order_id": ("numerodocumento",),
            "ordered_at": ("fechadeventa", "fechadeemision"),
            "customer_id": ("clienterut", "nombrecliente"),
            "product_id": ("sku", "productoservicio"),
            "quantity": ("cantidad",),
            "unit_price": ("precionetounitario",),
            "total": ("ventatotalneta",),
            "channel": ("sucursal",),
        },
        {"product_id": ("productoservicio",)},
    ),
)


def recognised(headers: Sequence[str]) -> Preset | None:
    """The program whose order export has these headers; None where that is not known."""
    known = _by_name(headers)
    return next((preset for preset in PRESETS if all(mark in known for mark in preset.marks)), None)


def columns_of(preset: Preset, headers: Sequence[str]) -> dict[str, str]:
    """Column → header, for those that the file has."""
    return _first(preset.columns, headers)


def otherwise_of(preset: Preset, headers: Sequence[str], columns: Mapping[str, str]) -> dict[str, str]:
    """Column → the header that stands in for its empty cells, where that is another one."""
    found = _first(preset.otherwise, headers)
    return {name: header for name, header in found.items() if name in columns and columns[name] != header}


def _first(wanted: Mapping[str, tuple[str, ...]], headers: Sequence[str]) -> dict[str, str]:
    known = _by_name(headers)
    found = {name: next((known[one] for one in names if one in known), "") for name, names in wanted.items()}
    return {name: header for name, header in found.items() if header}


def _by_name(headers: Sequence[str]) -> dict[str, str]:
    """Headers by their plain name, with and without notes in brackets: "Total (CLP)" is "total" too."""
    whole = {plain(header): header for header in reversed(headers)}
    return {plain(header.partition("(")[0]): header for header in reversed(headers)} | whole
