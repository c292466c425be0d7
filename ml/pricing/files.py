"""A trained price model as files, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ml import artifact
from ml.pricing.companion import load_companion
from ml.pricing.members import ALONE, USUAL, Blend
from ml.pricing.model import Learnt
from ml.pricing.ridge import Variances
from ml.pricing.types import PricingSettings

MODEL, TREES = "model.json", "companion.json"


def pack(learnt: Learnt, **more: Any) -> dict[str, bytes]:
    """Settings, variances and bands as JSON, the companion as XGBoost's own; `more` comes back from `unpack`."""
    variances = {"noise": learnt.variances.noise} | {
        level: {str(key): value for key, value in getattr(learnt.variances, level).items()} for level in "bag"
    }
    told = {
        "settings": asdict(learnt.settings),
        "variances": variances,
        "bands": {str(level): value for level, value in learnt.bands.items()},
        "spread": [[*name, value] for name, value in learnt.spread.items()],
        "common": learnt.common,
        "blend": asdict(learnt.blend),
        "products": learnt.products,
        "stores": learnt.stores,
        "more": more,
    }
    return {MODEL: artifact.as_json(told)} | ({TREES: learnt.companion} if learnt.companion else {})


def unpack(files: Mapping[str, bytes]) -> tuple[Learnt, dict[str, Any]]:
    """What `pack` was given. Raises ValueError when the files are something else."""
    try:
        told = json.loads(files[MODEL])
        levels = {name: {int(key): one for key, one in told["variances"][name].items()} for name in "bag"}
        learnt = Learnt(
            settings=PricingSettings(**told["settings"]),
            variances=Variances(told["variances"]["noise"], **levels),
            bands={int(level): value for level, value in told["bands"].items()},
            spread={(product, store): value for product, store, value in told["spread"]},
            common=told["common"],
            companion=files.get(TREES, b""),
            products=tuple(told["products"]),
            stores=tuple(told["stores"]),
            blend=Blend(**told["blend"]) if "blend" in told else (USUAL if TREES in files else ALONE),
        )
        if learnt.companion:
            load_companion(learnt.companion)
        return learnt, told["more"]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a price model: {error!r}") from error
