"""THE list: one line per capability, lowest first. Site, command line, workers and migrations all load it."""

from ml_insights.core.capability import Capability, load

NAMES = (
    "accounts",
    "notifications",
    "commerce",
    "company",
    "sources",
    "ledger",
    "registry",
    "jobs",
    "backups",
    "retraining",
    "demand",
    "segments",
    "churn",
    "propensity",
    "pricing",
    "logistics",
    "customers",
    "audit",
    "overview",
)


def capabilities() -> tuple[Capability, ...]:
    """Every capability of the product, lowest first."""
    return tuple(load(f"ml_insights.{name}.capability:CAPABILITY") for name in NAMES)
