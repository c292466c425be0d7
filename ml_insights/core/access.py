"""Who may do what: the page-by-role matrix that pages, event handlers, API and docs all read."""

from enum import StrEnum


class Role(StrEnum):
    """What a person does in the company."""

    ADMIN = "admin"
    ANALYST = "analyst"
    MANAGER = "manager"
    SALES = "sales"
    TECHNICIAN = "technician"
    AGENT = "agent"


class Area(StrEnum):
    """A part of the product that is allowed or refused as a whole. Pages, handlers and routes each name one."""

    OVERVIEW = "overview"
    DEMAND = "demand"
    DEMAND_RECOMPUTE = "demand-recompute"
    DEMAND_ORDER = "demand-order"
    SEGMENTS = "segments"
    CHURN = "churn"
    CHURN_WORK = "churn-work"
    CHURN_RULES = "churn-rules"
    PROPENSITY = "propensity"
    PRICING = "pricing"
    PRICING_DECIDE = "pricing-decide"
    LOGISTICS = "logistics"
    CUSTOMERS = "customers"
    RECOMPUTE = "recompute"
    MODELS = "models"
    MODELS_MANAGE = "models-manage"
    JOBS = "jobs"
    JOBS_MANAGE = "jobs-manage"
    BACKUPS = "backups"
    METRICS = "metrics"
    INBOX = "inbox"
    IMPORT = "import"
    SOURCES = "sources"
    DEMO = "demo"
    COMPANY = "company"
    USERS = "users"
    API_KEYS = "api-keys"
    ACCOUNT = "account"


EVERYONE = frozenset(Role)

MATRIX: dict[Area, frozenset[Role]] = {
    Area.OVERVIEW: EVERYONE,
    Area.DEMAND: frozenset({Role.ADMIN, Role.ANALYST, Role.MANAGER, Role.SALES}),
    Area.DEMAND_RECOMPUTE: frozenset({Role.ADMIN, Role.ANALYST}),
    Area.DEMAND_ORDER: frozenset({Role.ADMIN, Role.ANALYST, Role.MANAGER}),
    Area.SEGMENTS: frozenset({Role.ADMIN, Role.ANALYST, Role.MANAGER, Role.SALES}),
    Area.CHURN: frozenset({Role.ADMIN, Role.ANALYST, Role.MANAGER, Role.SALES}),
    Area.CHURN_WORK: frozenset({Role.ADMIN, Role.MANAGER, Role.SALES}),
    Area.CHURN_RULES: frozenset({Role.ADMIN, Role.MANAGER}),
    Area.PROPENSITY: frozenset({Role.ADMIN, Role.ANALYST, Role.MANAGER, Role.SALES}),
    Area.PRICING: frozenset({Role.ADMIN, Role.ANALYST, Role.MANAGER, Role.SALES}),
    Area.PRICING_DECIDE: frozenset({Role.ADMIN, Role.ANALYST, Role.MANAGER}),
    Area.LOGISTICS: frozenset({Role.ADMIN, Role.ANALYST, Role.MANAGER, Role.SALES, Role.TECHNICIAN}),
    Area.CUSTOMERS: frozenset({Role.ADMIN, Role.ANALYST, Role.MANAGER, Role.SALES, Role.AGENT}),
    Area.RECOMPUTE: frozenset({Role.ADMIN, Role.ANALYST}),
    Area.MODELS: frozenset({Role.ADMIN, Role.ANALYST, Role.MANAGER}),
    Area.MODELS_MANAGE: frozenset({Role.ADMIN, Role.ANALYST}),
    Area.JOBS: frozenset({Role.ADMIN, Role.ANALYST, Role.MANAGER}),
    Area.JOBS_MANAGE: frozenset({Role.ADMIN}),
    Area.BACKUPS: frozenset({Role.ADMIN}),
    Area.METRICS: frozenset({Role.ADMIN, Role.ANALYST}),
    Area.INBOX: EVERYONE,
    Area.IMPORT: frozenset({Role.ADMIN, Role.ANALYST}),
    Area.SOURCES: frozenset({Role.ADMIN}),
    Area.DEMO: frozenset({Role.ADMIN}),
    Area.COMPANY: frozenset({Role.ADMIN}),
    Area.USERS: frozenset({Role.ADMIN}),
    Area.API_KEYS: frozenset({Role.ADMIN}),
    Area.ACCOUNT: EVERYONE,
}


def allowed(role: Role | None, area: Area) -> bool:
    """Whether `role` may enter `area`; nobody may enter what the matrix does not name."""
    return role is not None and role in MATRIX.get(area, frozenset())
