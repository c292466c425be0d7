"""What states of orders mean, and which column holds them."""

import pytest

from ml_insights.sources.guests import is_nobody
from ml_insights.sources.states import is_document, meaning_of, state_headers


@pytest.mark.parametrize(
    ("meaning", "states"),
    [
        (
            "sale",
            [
                "Completed",
                "processing",
                "paid",
                "Pagada",
                "Entregado",
                "DESPACHADO",
                "Sales Order",
                "Done",
                "Facturado",
                "partially_refunded",
                "Parcialmente reembolsado",
                "Reembolso parcial",
                "En preparación",
                "Boleta",
                "Pendiente de despacho",
                "Vigente",
                "Posted",
                "Listo para retirar",
                "fulfilled",
            ],
        ),
        (
            "return",
            [
                "Refunded",
                "Devuelto",
                "Devolución",
                "Nota de crédito electrónica",
                "credit_note",
                "Returned",
                "Reembolsada",
                "chargeback",
                "Reversed",
            ],
        ),
        (
            "out",
            [
                "Cancelled",
                "Canceled",
                "ANULADA",
                "Nula",
                "Failed",
                "Pending payment",
                "pendiente",
                "On hold",
                "draft",
                "Borrador",
                "Cotización",
                "Quotation Sent",
                "Presupuesto enviado",
                "voided",
                "No pagado",
                "unpaid",
                "Not Paid",
                "Pago pendiente",
                "Venta cancelada",
                "Rechazado",
                "expired",
                "Por pagar",
            ],
        ),
        ("", ["Gold", "B", "", "California", "Categoría 1"]),
    ],
)
def test_states_in_both_languages(meaning: str, states: list[str]):
    assert {state: meaning_of(state) for state in states} == dict.fromkeys(states, meaning)


def test_the_state_of_payment_goes_before_that_of_delivery():
    values = {"Fulfillment Status": {"fulfilled", ""}, "Financial Status": {"paid", "voided"}, "Note": {"x", "y"}}
    assert state_headers([*values], values) == ["Financial Status", "Fulfillment Status"]


def test_a_region_is_no_state():
    assert state_headers(["State", "Estado"], {"State": {"California", "Utah"}, "Estado": {"Jalisco", "Sonora"}}) == []
    assert state_headers(["Estado"], {"Estado": {"Pagado", "Nulo", "Prueba X"}}) == ["Estado"]


def test_states_are_known_by_their_values_too():
    assert state_headers(["Columna 4"], {"Columna 4": {"Pagada", "Anulada"}}) == ["Columna 4"]
    assert state_headers(["Envío"], {"Envío": {"Despachado", "Entregado"}}) == []


def test_credit_notes_are_documents():
    assert is_document("Tipo de documento", ["Devolución"])
    assert is_document("Estado", ["Nota de crédito"])
    assert not is_document("Order Status", ["Refunded"])


@pytest.mark.parametrize("name", ["0", "Consumidor final", "GUEST", "66.666.666-6", "Público en general", "Walk-in"])
def test_nobody_in_particular(name: str):
    assert is_nobody(name)


@pytest.mark.parametrize("name", ["10", "Guest House Ltda.", "12.345.678-5", "Particular SpA", ""])
def test_somebody(name: str):
    assert not is_nobody(name)
