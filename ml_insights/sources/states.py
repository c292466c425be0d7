"""States of orders as programs and people name them, in English and Spanish: where they stand, what they mean."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from ml_insights.sources.standing import MEANINGS, OUT, RETURN, SALE
from ml_insights.sources.synonyms import plain, spoken

__all__ = ["MEANINGS"]

_STRONG = ("financialstatus", "orderstatus", "status", "orderstate", "salestatus", "salesstatus", "transactionstatus",
           "invoicestatus", "paymentstatus", "paymentstate", "estadopedido", "estadodelpedido", "estadoorden",
           "estadodelaorden", "estadoventa", "estadodelaventa", "estadofactura", "estadodelafactura",
           "estadodocumento", "estadodeldocumento", "estadopago", "estadodepago", "estadodelpago", "estatus",
           "estatuspedido", "bestellstatus", "zahlungsstatus", "statuspedido", "statusdopedido", "statuspagamento",
           "statusdopagamento", "situacao", "currentstate", "situacion", "situacionpedido",
           "situaciondelpedido", "estado", "state")  # fmt: skip
_KINDS = ("tipodocumento", "tipodedocumento", "documenttype", "doctype", "tipodoc", "tipo", "type", "ordertype",
          "transactiontype", "tipotransaccion", "tipodetransaccion", "tipomovimiento", "tipodemovimiento",
          "movimiento", "receipttype", "eventtype", "invoicetype", "tipoventa", "tipodeventa", "clase")  # fmt: skip
_DELIVERY = ("fulfillmentstatus", "fulfilmentstatus", "shippingstatus", "deliverystatus", "estadoenvio",
             "estadodeenvio", "estadodelenvio", "situacionenvio", "situaciondelenvio",
             "estadologistico", "lieferstatus", "versandstatus", "statusdaentrega", "statusentrega",
             "estadodespacho", "estadodedespacho", "estadoentrega")  # fmt: skip
_VOID = ("void", "voided", "isvoid", "anulado", "anulada", "nula", "nulo", "cancelado", "cancelada", "cancelled",
         "canceled", "iscancelled", "iscanceled", "deleted", "eliminado", "eliminada", "storniert")  # fmt: skip
_GIVEN_BACK = ("devuelto", "devuelta", "returned", "isreturn", "isreturned", "isrefund", "reembolsado", "reembolsada",
               "refunded")  # fmt: skip
_FLAGS: dict[str, str] = {**dict.fromkeys(_VOID, OUT), **dict.fromkeys(_GIVEN_BACK, RETURN)}
_YES, _NO = ("si", "s", "yes", "y", "true", "verdadero", "1", "x"), ("", "no", "n", "false", "falso", "0")
_LOOSE = ("estado", "state", *_KINDS)
"""Headers that mean other things too (a region, a kind of product): some of their values must be known ones."""
CANCELLED = ("cancelledat", "canceledat", "cancelleddate", "canceldate", "cancellationdate", "cancelledon", "voidedat",
             "fechaanulacion", "fechadeanulacion", "fechacancelacion", "fechadecancelacion", "anuladoel")  # fmt: skip
REFUND = ("refundedamount", "orderrefundamount", "refundamount", "amountrefunded", "refundtotal", "totalrefunded",
          "totalrefund", "refund", "refunds", "refunded", "montoreembolsado", "montodereembolso", "montoreembolso",
          "totalreembolsado", "reembolso", "reembolsos", "importereembolsado", "reembolsado", "montodevuelto",
          "totaldevuelto", "devuelto", "montodevolucion", "montonotacredito", "anulacionesyreembolsos")  # fmt: skip
ORDER_TOTAL = ("ordertotalamount", "ordertotal", "total", "grandtotal", "amounttotal", "totalpedido",
               "totaldelpedido", "totalorden", "totaldelaorden", "montopedido", "montototalpedido", "totalfactura",
               "totaldocumento", "totalventa", "invoicetotal", "montototal", "importetotal", "totalamount")  # fmt: skip
MOST_STATES = 40

_RULES = (
    ("", r"\bguias?\b|albaran|delivery note|packing|nota\w* de? ?debito|debit note|orden de compra|purchase order"),
    (SALE, r"parcial\w* (?:reembols|devuel)|(?:reembols|devolucion|devuelto)\w* parcial|partial\w* refund"),
    (SALE, r"pendiente\w* (?:de )?(?:envio|despacho|entrega|retiro)|pending (?:shipment|delivery|fulfil|pickup)"),
    (SALE, r"por (?:despachar|enviar|entregar|retirar)|awaiting (?:shipment|fulfil|pickup)|ready|listo"),
    (OUT, r"\b(?:no|sin|not|un|im) ?(?:pagad|pagar|paid|confirm|aprob|approv|complet)|\bunpaid|\bimpag|incomplet"),
    (OUT, r"\berror|unbezahlt|offen\b|storn|abgebrochen|(?:no|nao|not) (?:pago|autoriz|authoriz)|sin fondos"),
    (OUT, r"por pagar|por cobrar|esperando|awaiting|pending|pendiente|on hold|en espera|hold\b"),
    (OUT, r"cancel|anulad|annul|\bnul[ao]s?\b|void|fail|fallid|fallo|rechaz|reject|declin|denied|deneg"),
    (OUT, r"expir|venc|abandon|caduc|draft|borrador|cotizacion|quot|presupuesto|proforma|estimate|carrito|\bcart\b"),
    (OUT, r"eliminad|deleted|trash|papelera|fraud|fraude|test\b|prueba|checkout draft"),
    (RETURN, r"refund|reembols|devuel|devoluci|return|nota\w* de? ?credito|\bnc\b|credit (?:note|memo)|abono"),
    (RETURN, r"erstattet|zuruck|devolvid|gutschrift|retourniert|retorn"),
    (RETURN, r"charge ?back|contracargo|revers|given back|retour"),
    (
        SALE,
        r"complet|process|procesa|\bpaid|pagad|payment accepted|pago (?:aceptado|aprobado|recibido)|pago\b|\bpayment$",
    ),
    (SALE, r"bezahlt|versand|geliefert|abgeschlossen|concluid|enviad|autorizad|fechad|faturad"),
    (SALE, r"entreg|deliver|despach|dispatch|ship|enviad|envio|en camino|transit|retirad|picked|fulfil"),
    (
        SALE,
        r"\bsales?\b|\bsold|venta|vendid|done|hecho|factur|invoice|boleta|ticket|closed|cerrad|finaliz|lock|bloquead",
    ),
    (SALE, r"confirm|aprobad|approved|acredit|accredited|concretad|vigente|emitid|posted|publicad|contabilizad"),
    (
        SALE,
        r"preparacion|preparing|recibid|received|success|exito|\bok\b|settled|captur|acept|accept|activ|order\b|pedido",
    ),
)
_UNDONE = re.compile(
    r"cancel|anulad|annul|\bnul[ao]s?\b|void|\bperdid|\blost\b|extravi|rechaz|reject|fallid|failed|storn"
)
_DOCUMENT = re.compile(r"nota\w* de? ?credito|\bnc\b|credit (?:note|memo)|abono")


def meaning_of(state: str) -> str:
    """What a state most likely means: "sale", "return" or "out"; "" where it is not known."""
    told = spoken(state)
    return next((meaning for meaning, words in _RULES if re.search(words, told)), "") if told else ""


def flag_of(header: str, value: str) -> str:
    """What yes, no or nothing under a header such as "Void?" or "Anulado" means; "" for other headers and values."""
    found = _FLAGS.get(plain(header), "")
    told = plain(value)
    if not found or told not in (*_YES, *_NO):
        return ""
    return found if told in _YES else SALE


def undoing_of(state: str, header: str) -> str:
    """What a further state, such as that of the delivery, makes of a sale: "return", "out", or "" where nothing."""
    if (flag := flag_of(header, state)) and flag != SALE:
        return flag
    told = spoken(state)
    if not told or meaning_of(state) == SALE:
        return ""
    if meaning_of(state) == RETURN:
        return RETURN
    return OUT if _UNDONE.search(told) else ""


def state_headers(headers: Sequence[str], values: Mapping[str, Collection[str]]) -> list[str]:
    """Headers whose columns hold states, the best first. `values` are the distinct cells of each column."""
    ranked = [header for header in headers if _rank(header) and _plausible(header, values[header])]
    flags = [header for header in headers if _is_flag(header, values[header])]
    by_values = [header for header in headers if header not in ranked and _speaks_of_states(values[header])]
    return [*sorted(ranked, key=lambda header: (not _is_of_payment(header), -_rank(header))), *flags, *by_values]


def _is_flag(header: str, values: Collection[str]) -> bool:
    return (
        plain(header) in _FLAGS
        and bool({*map(plain, values)} & {*_YES})
        and all(plain(value) in (*_YES, *_NO) for value in values)
    )


def _is_of_payment(header: str) -> bool:
    """Whether it is the state of the payment, which says most of whether an order is a sale."""
    return bool(re.search(r"pago|pay|financial|zahlung|pagamento", plain(header)))


def _rank(header: str) -> int:
    names = (*_STRONG, *_KINDS, *_DELIVERY)
    name = plain(header)
    return len(names) - names.index(name) if name in names else 0


def _plausible(header: str, values: Collection[str]) -> bool:
    given = [value for value in values if value.strip()]
    known = sum(bool(meaning_of(value)) for value in given)
    if not given or len(given) > MOST_STATES:
        return False
    return 2 * known >= len(given) if plain(header) in _LOOSE else known > 0 or len(given) <= 12


def _speaks_of_states(values: Collection[str]) -> bool:
    """Whether a column under any name holds nothing but states, some of which are no sale."""
    given = [value for value in values if value.strip()]
    meanings = {meaning_of(value) for value in given}
    return 2 <= len(given) <= 15 and "" not in meanings and len(meanings) > 1


def is_delivery(header: str) -> bool:
    """Whether a header is called like the state of a delivery."""
    return plain(header) in _DELIVERY


def is_document(header: str, states: Collection[str]) -> bool:
    """Whether rows in these states are return documents of their own rather than orders that were given back."""
    return plain(header) in _KINDS or any(_DOCUMENT.search(spoken(state)) for state in states)
