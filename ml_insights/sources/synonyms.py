"""What people call the columns of the contracts, best first. Compared without case, accents, spaces and signs."""

from __future__ import annotations

import re
import unicodedata

_ORDER = ("invoiceno", "invoice", "invoiceid", "invoicenumber", "orderno", "ordernumber", "order", "transactionid",
          "pedido", "idpedido", "numeropedido", "nropedido", "npedido", "ordenid", "idorden", "orden", "factura",
          "numerofactura", "nrofactura", "folio", "boleta", "documento", "venta", "idventa")  # fmt: skip
_TIME = ("orderdate", "invoicedate", "orderedon", "ordertime", "date", "datetime", "timestamp", "createdat",
         "transactiondate", "saledate", "purchasedate", "fecha", "fechapedido", "fechaorden", "fechaventa",
         "fechafactura", "fechahora", "fechaemision", "fechadecompra")  # fmt: skip
_PRODUCT = ("stockcode", "sku", "productcode", "product", "item", "itemid", "itemcode", "articleid", "article",
            "producto", "idproducto", "codigoproducto", "codproducto", "codigo", "articulo", "idarticulo",
            "codigoarticulo")  # fmt: skip
_CUSTOMER = ("customer", "customerno", "customernumber", "customercode", "client", "clientid", "buyerid", "userid",
             "cliente", "idcliente", "codigocliente", "codcliente", "clienteid", "rut", "rutcliente")  # fmt: skip

SYNONYMS: dict[str, dict[str, tuple[str, ...]]] = {
    "orders": {
        "order_id": _ORDER,
        "ordered_at": _TIME,
        "product_id": _PRODUCT,
        "quantity": ("qty", "units", "unitssold", "quantityordered", "orderquantity", "cantidad", "unidades", "cant"),
        "unit_price": ("price", "unitprice", "priceeach", "itemprice", "sellingprice", "precio", "preciounitario",
                       "valorunitario", "preciodeventa", "punitario"),
        "customer_id": _CUSTOMER,
        "channel": ("saleschannel", "source", "canal", "canalventa", "canaldeventa"),
        "total": ("sales", "amount", "linetotal", "totalprice", "totalamount", "revenue", "subtotal", "ventas",
                  "monto", "importe", "totallinea", "valortotal", "montototal"),
    },
    "customers": {
        "customer_id": (*_CUSTOMER, "id", "codigo"),
        "name": ("customername", "fullname", "company", "companyname", "nombre", "nombrecliente", "razonsocial"),
        "email": ("mail", "emailaddress", "correo", "correoelectronico"),
        "phone": ("telephone", "phonenumber", "mobile", "telefono", "fono", "celular"),
        "region": ("state", "stateprovince", "province", "country", "countryregion", "provincia", "comuna", "pais"),
        "created_at": ("createdon", "customersince", "signupdate", "fechacreacion", "fechaalta", "clientedesde"),
    },
    "products": {
        "product_id": (*_PRODUCT, "id"),
        "name": ("productname", "description", "title", "nombre", "nombreproducto", "descripcion", "glosa"),
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


def spoken(text: str) -> str:
    """`text` in lower case and without accents, its words with one space between them."""
    letters = unicodedata.normalize("NFKD", text)
    unaccented = "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()
    return re.sub(r"[^a-z0-9]+", " ", unaccented).strip()


def plain(header: str) -> str:
    """`header` in lower case, without accents, spaces or signs."""
    return spoken(header).replace(" ", "")


def likeness(contract: str, column: str, header: str) -> int:
    """How well `header` fits `column`: 0 not at all; the contract's own name fits best, then synonyms in order."""
    words = (plain(column), *SYNONYMS.get(contract, {}).get(column, ()))
    return len(words) - words.index(plain(header)) if plain(header) in words else 0
