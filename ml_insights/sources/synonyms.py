"""What people call the columns of the contracts, best first. Compared without case, accents, spaces and signs."""

from __future__ import annotations

import re
import unicodedata
from itertools import product


def _each(*parts: tuple[str, ...]) -> tuple[str, ...]:
    """Every way to choose one of each part, the first ones first."""
    return tuple(map("".join, product(*parts)))


_NUMBER = ("", "n", "no", "nro", "num", "numero", "id", "cod", "codigo")
_OF = ("", "de", "del", "dela")
_DO = ("", "do")
_ENDS = ("", "id", "no", "n", "nr", "number", "num", "code", "ref", "reference")
_ORDER = (*_each(("order", "salesorder", "invoice", "transaction", "receipt", "ticket", "bill"), _ENDS),
          *_each(("sale", "purchase", "venta", "compra", "pedido", "orden", "factura", "documento"), _ENDS[1:]),
          *_each(_NUMBER, _OF, ("pedido", "orden", "factura", "boleta", "documento", "folio", "ticket", "comprobante")),
          *_each(_NUMBER[1:], _OF, ("venta", "compra", "transaccion", "operacion")),
          *_each(("pedido", "orden", "venta", "factura", "documento"), ("nro", "numero")),
          "referenciadelpedido", "referenciapedido", "referenciaorden", "docno", "document", "documentno",
          "documentnumber", "invoicedocumentno", "ordernum", "purchaseorder", "po", "idorder", "incrementid",
          "bestellnummer", "bestellnr", "bestellung", "auftragsnummer", "auftragsnr", "auftrag", "rechnungsnummer",
          "rechnungsnr", *_each(("doc", "docto", "documento"), _OF,
                                ("venta", "ventas", "vta", "factura", "facturacion", "comercial")),
          "belegnummer", "belegnr", "numerodopedido", "codigodopedido", "npedido", "notafiscal",
          "numerodavenda", "ndavenda")  # fmt: skip
_TIME = ("orderdate", "invoicedate", "orderedon", "ordertime", "orderdatetime", "date", "datetime", "timestamp",
         "createdat", "dateorder", "datecreated", "transactiondate", "transactiontime", "saledate", "salesdate",
         "dateofsale", "purchasedate", "invoicebilldate", "docdate", "documentdate", "postingdate", "paidat", "day",
         *_each(("fecha",), _OF, ("", "pedido", "orden", "venta", "factura", "boleta", "documento", "compra", "emision",
                                  "creacion", "transaccion", "ingreso", "operacion")),
         "fechahora", "fechayhora", "fechahoraventa", "fechadoc", "femision", "fventa", "dia", "purchased",
         "purchasedat", "purchasedon", "created", "createddate", "createdon", "dateadd", "dateadded", "placedat",
         "soldat", "soldon", "orderplaced", "ordercreated", "creationdate", "completedat", "cuando",
         *_each(("fe", "fec", "f"), _OF, ("factura", "fact", "documento", "doc", "pedido", "emision", "venta",
                                          "contabilizacion", "contab")),
         *_each(("fecha",), _OF, ("contabilizacion", "registro")),
         "bestelldatum", "rechnungsdatum", "auftragsdatum", "kaufdatum", "belegdatum", "datum", "data", "datapedido",
         "datadopedido", "datadavenda", "datavenda", "datadacompra", "datadeemissao", "dataemissao", "datadecriacao",
         "datahora")  # fmt: skip
_PRODUCT = ("stockcode", "sku", "productcode", "productid", "productsku", "itemcode", "itemid", "itemsku", "articleid",
            "articlecode", "variantsku", "partnumber", "materialnumber", "barcode", "ean", "upc",
            *_each(("codigo", "cod", "id", "n", "sku"), _OF, ("producto", "articulo", "item", "material", "servicio")),
            "codigo", "cod", "codigosku", "product", "item", "article", "producto", "articulo", "productoservicio",
            "material", "itemnumber", "productreference", "productref", "artikelnummer", "artikelnr", "artnr",
            "produktnummer", "produktnr", "customlabel", "artikel", "produkt", "ware",
            *_each(("codigo", "cod"), _DO, ("produto",)),
            "produto", "productos", "articulos", "plato")  # fmt: skip
_PRODUCT_NAME = ("productname", "itemname", "articlename", "lineitemname", "producttitle", "productdescription",
                 "itemdescription", "nombreproducto", "nombredelproducto", "nombrearticulo", "descripcionproducto",
                 "descripciondelproducto", "descripcion", "description", "detalle", "glosa", "titulodelapublicacion",
                 "concepto", "servicio", "service", "nombredelarticulo", "nombreitem", "denominacion", "textobreve",
                 "textobrevematerial",
                 "artikelbezeichnung", "artikelname", "produktname", "bezeichnung", "beschreibung", "nomedoproduto",
                 "nomeproduto", "descricao", "descricaodoproduto", "quecompro")  # fmt: skip
_CUSTOMER = (*_each(("customer", "client", "buyer", "account", "partner"), ("id", "no", "number", "code", "ref")),
             "userid", "customeruser", "customeruserid", "soldto", "memberid",
             *_each(("id", "cod", "codigo", "n", "no", "nro", "numero", "rut"), _OF,
                    ("cliente", "comprador", "socio", "usuario")),
             "clienteid", "clienterut", "clientecodigo", "rut", "rutreceptor", "dni", "nif", "cif", "rfc", "cuit",
             "nit", "taxid", "customer", "client", "buyer", "cliente", "comprador", "partner", "solicitante",
             "soldtoparty", "idcustomer", "kundennummer", "kundennr", "kundenid", "kunde", "kaufer", "debitor",
             "clientes", "cpf", "cnpj")  # fmt: skip
_MAIL = ("email", "emailaddress", "customeremail", "emailbilling", "billingemail", "buyeremail", "correo",
         "correoelectronico", "correocliente", "emailcliente", "emaildelcliente", "correodelcliente")  # fmt: skip
_NAME = ("customername", "clientname", "buyername", "billingname", "accountname", "fullname", "company",
         "companyname", "invoicepartnerdisplayname", "nombrecliente", "nombredelcliente", "clientenombre",
         "razonsocial", "razonsocialcliente", "nombrecomprador", "nombrefantasia", "billto", "kundenname",
         "nomedocliente", "nomecliente", "customerdescription")  # fmt: skip
_QUANTITY = ("qty", "units", "unitssold", "quantityordered", "orderquantity", "orderedquantity", "qtyordered",
             "quantitysold", "qtysold", "itemqty", "itemquantity", "lineitemquantity", "productuomqty", "pieces",
             "pcs", "volume", "cantidad", "unidades", "cant", "ctd", "cantid", "uds", "und", "unid", "cantidades",
             *_each(("cantidad", "unidades", "cant"), _OF, ("pedida", "pedidas", "vendida", "vendidas", "producto",
                                                            "productos", "unidades", "venta", "facturada")),
             "piezas", "bultos", "cajas", "productqty", "productquantity", "qtypurchased", "quantitypurchased",
             "itemsquantity", "numberofitems",
             *_each(("ctd", "cant", "cantidad"), _OF, ("facturada", "fact", "pedido", "pedida")),
             "cuantos", "cuantas", "menge", "anzahl", "stuck", "stueck", "stuckzahl", "bestellmenge", "quantidade",
             "qtd", "qtde", "quant", "kilos", "kg", "kgs", "litros")  # fmt: skip
_PRICE = ("price", "unitprice", "priceeach", "priceunit", "itemprice", "itemcost", "lineitemprice", "sellingprice",
          "saleprice", "salesprice", "retailprice", "listprice", "netprice", "productprice", "precio",
          *_each(("precio", "valor", "p", "monto"), ("unitario", "unit", "unidad", "porunidad", "unitarioneto",
                                                     "netounitario", "unitariobruto", "brutounitario",
                                                     "unitariodeventa")),
          "preciodeventa", "precioventa", "preciofinal", "precioneto", "preciobruto", "preciolista", "pvp", "pventa",
          "preciounitariodeventadelapublicacion", "valoruni", "tarifa", "unitamount", "preciocu", "preciocadauno",
          *_each(("coste", "costo"), _OF, ("articulo", "item")), "acuanto", "einzelpreis", "stuckpreis",
          "verkaufspreis", "preis", "nettopreis", "precounitario", "precounit", "vlrunitario", "vlunitario", "preco",
          "precodevenda", "soldfor", "productunitprice", "unitpricetaxincl", "unitpricetaxexcl", "finalprice",
          "actualprice", "discountedprice",
          *_each(("precio",), _OF, ("producto", "articulo", "item", "oferta", "unidad")),
          *_each(("precio", "preciounit", "preciounitario"), ("con", "sin", "pagado", "rebajado", "condescuento",
                                                              "coniva", "siniva", "normal", "final")))  # fmt: skip
_TOTAL = ("linetotal", "lineamount", "linesubtotal", "pricesubtotal", "extendedprice", "itemtotal", "totalprice",
          "sales", "netsales", "grosssales", "revenue", "turnover", "amount", "netamount", "subtotal", "salesamount",
          "totalamount", "totallinea", "totaldelinea", "totalitem", "montolinea", "importelinea", "valortotal",
          "ventatotalneta", "ventatotalbruta", "ventaneta", "ventas", "venta", "monto", "montototal", "montoneto",
          "importe", "importetotal", "importeneto", "neto", "totalneto", "valor", "valorventa", "value", "ingresos",
          "ingresosporproductos", "total", "totalventa", "totalclp", "bruto", "totalbruto", "recaudado", "preciototal",
          "valorneto", "valorbruto", "rowtotal", "lineitemtotal", "extendedamount", "totalpricetaxincl",
          "totalpricetaxexcl", "gesamtpreis", "gesamtbetrag", "positionsbetrag", "zeilensumme", "betrag", "umsatz",
          "precototal", "valorpago", "totallineas", "totalcon", "totalsin", "totalconiva",
          "totalsiniva", "totallineacon", "totallineasin")  # fmt: skip

SYNONYMS: dict[str, dict[str, tuple[str, ...]]] = {
    "orders": {
        "order_id": _ORDER,
        "ordered_at": _TIME,
        "product_id": (*_PRODUCT, *_PRODUCT_NAME),
        "quantity": _QUANTITY,
        "unit_price": _PRICE,
        "customer_id": (*_CUSTOMER, *_MAIL, *_NAME),
        "channel": ("saleschannel", "source", "sourcename", "canal", "canalventa", "canaldeventa", "origen", "tienda",
                    "sucursal", "local", "store", "shop", "vertriebskanal", "filiale", "canaldevenda", "loja"),
        "total": _TOTAL,
        "promotion": ("promo", "promotions", "promotionname", "onpromotion", "onpromo", "promocion", "promociones",
                      "enpromocion", "enoferta", "oferta", "nombrepromocion"),
    },
    "customers": {
        "customer_id": (*_CUSTOMER, "id", "codigo"),
        "name": (*_NAME, "nombre"),
        "email": ("mail", *_MAIL),
        "phone": ("telephone", "phonenumber", "mobile", "telefono", "fono", "celular"),
        "region": ("state", "stateprovince", "province", "country", "countryregion", "provincia", "comuna", "pais"),
        "created_at": ("createdon", "customersince", "signupdate", "fechacreacion", "fechaalta", "clientedesde"),
    },
    "products": {
        "product_id": (*_PRODUCT, "id"),
        "name": (*_PRODUCT_NAME, "title", "nombre"),
        "category": ("productcategory", "family", "department", "group", "categoria", "familia", "rubro", "linea"),
        "unit_cost": ("cost", "costprice", "purchaseprice", "costo", "costounitario", "preciocosto"),
    },
    "deliveries": {
        "route_id": ("route", "routeno", "routenumber", "trip", "tripid", "deliveryid", "shipmentid", "id", "ruta",
                     "idruta", "viaje", "idviaje", "despacho", "iddespacho", "guia", "nguia"),
        "departed_at": ("departure", "departuretime", "departuredate", "dispatchedat", "shippedat", "shipdate",
                        "date", "scheduleddeliverydate", "salida", "fechasalida", "fechadespacho", "fecha"),
        "cost": ("freightcost", "freightcostusd", "totalcost", "routecost", "deliverycost", "costo", "costototal",
                 "flete", "valorflete"),
        "distance_km": ("distance", "km", "kilometers", "kilometres", "distancia", "distanciakm", "kilometros"),
        "weight_kg": ("weight", "kg", "weightkilograms", "load", "loadkg", "peso", "pesokg", "carga", "kilos"),
        "stops": ("numstops", "numberofstops", "drops", "paradas", "entregas"),
        "vehicle_type": ("vehicle", "truck", "trucktype", "shipmentmode", "mode", "vehiculo", "tipovehiculo",
                         "camion"),
    },
    "prices": {
        "period": ("week", "weekstart", "date", "month", "semana", "fecha", "periodo", "mes"),
        "product_id": _PRODUCT,
        "price": ("averageprice", "unitprice", "sellingprice", "precio", "preciounitario", "preciopromedio"),
        "quantity": ("units", "qty", "volume", "totalvolume", "move", "cantidad", "unidades", "volumen"),
        "store": ("shop", "region", "branch", "outlet", "tienda", "sucursal", "local"),
        "deal": ("discount", "promotion", "promo", "onpromotion", "descuento", "promocion", "oferta"),
        "feat": ("feature", "featured", "advertised", "destacado", "publicidad"),
    },
    "stops": {
        "route_id": ("route", "trip", "tripid", "deliveryid", "ruta", "idruta", "viaje"),
        "seq": ("sequence", "order", "stop", "position", "orden", "secuencia", "parada"),
        "lat": ("latitude", "y", "latitud"),
        "lon": ("lng", "long", "longitude", "x", "longitud"),
    },
}  # fmt: skip


WEAK: dict[str, dict[str, tuple[str, ...]]] = {
    "orders": {
        "product_id": ("referencia", "reference", "ref", "codigoref"),
        "order_id": ("nro", "no", "n", "nr", "num", "numero", "number", "referencia", "reference", "ref"),
    },
}
"""Names that mean many things: they are thought of where no other header feeds the column, in this order."""


def spoken(text: str) -> str:
    """`text` in lower case and without accents, its words with one space between them."""
    letters = unicodedata.normalize("NFKD", text)
    unaccented = "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()
    return re.sub(r"[^a-z0-9]+", " ", unaccented).strip()


def words_of(header: str) -> str:
    """The words of `header`, also of one written InCamelCase, without what it says of taxes ("con IVA")."""
    return _WITH_TAX.sub(" ", spoken(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header))).strip()


_WITH_TAX = re.compile(
    r"\b(?:con|sin|incl\w*|excl\w*|inc|ex|with|without|mas|c|s) (?:el |the )?(?:iva|tax|taxes|impuestos?)\b"
)


def plain(header: str) -> str:
    """`header` in lower case, without accents, spaces or signs."""
    return spoken(header).replace(" ", "")


def likeness(contract: str, column: str, header: str) -> int:
    """How well `header` fits `column`: 0 not at all; the contract's own name fits best, then synonyms in order. Notes
    in brackets, currencies and what a line belongs to ("Order Lines/Quantity") count for nothing."""
    words = (plain(column), *SYNONYMS.get(contract, {}).get(column, ()))
    found = next((name for name in names_of(header) if name in words), None)
    return 0 if found is None else len(words) - words.index(found)


def names_of(header: str) -> tuple[str, ...]:
    """What `header` can be called: as it is; without notes in brackets; without its currency; after its last slash."""
    bare = re.sub(r"[(\[{][^)\]}]*[)\]}]?", " ", header)
    unpriced = re.sub(_CURRENCY, " ", bare)
    last = re.split(r"[/:>]", unpriced)[-1] if re.match(r"(?i)^[^/:>]*(?:l[ií]nea|line|item)", header) else unpriced
    return tuple(dict.fromkeys(name for name in map(plain, (header, bare, unpriced, last)) if name))


_CURRENCY = r"(?i)\b(?:clp|usd|eur|mxn|pen|cop|ars|brl|gbp|pesos|us\$|iva|c/iva|s/iva)(?!\w)|[$€£]"
