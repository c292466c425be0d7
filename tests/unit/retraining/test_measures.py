"""Scores are called and written as people of each language do."""

import pytest

from ml_insights.retraining import measures


@pytest.mark.parametrize(
    ("value", "english", "spanish"),
    [
        (0.853149, "0.8531", "0,8531"),
        (-12.3456, "-12.35", "-12,35"),
        (43127.6, "43,128", "43.128"),
        (0.0001234, "0.0001234", "0,0001234"),
        (0.0, "0", "0"),
        (2.0, "2", "2"),
        (float("nan"), "–", "–"),
        (None, "–", "–"),
    ],
)
def test_four_digits_count(value: float | None, english: str, spanish: str) -> None:
    assert measures.figure_in_each(value) == {"en": english, "es": spanish}


def test_a_measure_has_its_own_form() -> None:
    assert measures.written("lift_at_10", 1.754, "es") == "1,75×"
    assert measures.written("wape", 0.4567, "en") == "45.7%"
    assert measures.written("wape", 0.4567, "es").replace("\u00a0", " ") in ("45,7 %", "45,7%")
    assert measures.written("brier", 0.2, "es") == "0,2"


def test_recipes_and_naive_methods_are_named_in_words() -> None:
    assert (measures.recipe("seasonal-naive", "en"), measures.recipe("standard", "es")) == ("weekly naive", "estándar")
    assert measures.recipe("of-an-older_release", "es") == "of-an-older release"
    assert measures.baseline("seasonal_naive", "es") == "el mismo día de la semana anterior"


def test_an_input_may_be_one_value_of_a_column() -> None:
    assert measures.model_input("Vehicle: Camión", "es") == "Vehículo: Camión"
    assert measures.model_input("Fuel price", "es") == "Precio del combustible"


def test_a_subject_is_named_as_the_company_does() -> None:
    told = [measures.subject(name, "es") for name in ("units/total", "units/product/A/1", "price/A-1", "product-1")]
    assert told == ["Todos los productos, unidades", "A/1", "A-1", "product-1"]
