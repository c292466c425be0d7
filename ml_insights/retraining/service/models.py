"""The models that can be retrained, and their trainers."""

from __future__ import annotations

from collections.abc import Mapping

from ml_insights.capabilities import capabilities
from ml_insights.core.capability import ModelSpec, load
from ml_insights.core.training import Recipe, Trainer
from ml_insights.retraining.errors import UnknownModel, UnknownRecipe
from ml_insights.retraining.facts import StepFact
from ml_insights.retraining.tables import StepName


def retrainable() -> dict[str, ModelSpec]:
    """Every model with a trainer, by name, lowest capability first."""
    specs = [spec for capability in capabilities() for spec in capability.models]
    return {spec.name: spec for spec in specs if spec.trainer}


def spec_of(model: str) -> ModelSpec:
    """The model of this name. Raises UnknownModel."""
    specs = retrainable()
    if model not in specs:
        raise UnknownModel(name=model, names=", ".join(specs) or "–")
    return specs[model]


def title_of(model: str) -> str:
    """What people call a model, to be translated; its name where the product has it no more."""
    specs = retrainable()
    return specs[model].title if model in specs else model


def metric_of(model: str, steps: Mapping[StepName, StepFact]) -> str:
    """The loss that decided about a model, as its training wrote it down; runs before that ask its trainer."""
    written = steps[StepName.TRAIN].result.get("metric")
    return written or (trainer_of(model).metric if model in retrainable() else "")


def trainer_of(model: str) -> Trainer:
    """The trainer of a model. Raises UnknownModel."""
    return load(spec_of(model).trainer or "")()


def recipe_named(model: str, trainer: Trainer, name: str) -> Recipe:
    """The recipe of this name; the product's choice where none is given. Raises UnknownRecipe."""
    recipes = {recipe.name: recipe for recipe in trainer.recipes()}
    if name and name not in recipes:
        raise UnknownRecipe(name=model, recipe=name, recipes=", ".join(recipes))
    return recipes[name] if name else trainer.recipes()[0]


def recipe_of_digest(trainer: Trainer, digest: str) -> Recipe | None:
    """The recipe that a stored version was made by; None where the product no longer has it."""
    return next((recipe for recipe in trainer.recipes() if recipe.digest == digest), None)
