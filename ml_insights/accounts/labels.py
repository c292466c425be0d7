"""Roles, areas and scopes in words."""

from ml_insights.core.access import Area, Role
from ml_insights.core.i18n import N_

ROLES: dict[Role, str] = {
    Role.ADMIN: N_("Admin"),
    Role.ANALYST: N_("Analyst"),
    Role.MANAGER: N_("Manager"),
    Role.SALES: N_("Sales"),
    Role.TECHNICIAN: N_("Technician"),
    Role.AGENT: N_("Support agent"),
}

AREAS: dict[Area, str] = {
    Area.OVERVIEW: N_("See the overview"),
    Area.DEMAND: N_("See demand forecasts"),
    Area.DEMAND_RECOMPUTE: N_("Recompute forecasts"),
    Area.DEMAND_ORDER: N_("Mark products as ordered"),
    Area.SEGMENTS: N_("See customer segments"),
    Area.CHURN: N_("See churn alerts"),
    Area.CHURN_WORK: N_("Work churn alerts"),
    Area.CHURN_RULES: N_("Set what churn alerts are raised by"),
    Area.PROPENSITY: N_("See likely buyers"),
    Area.PRICING: N_("See price suggestions"),
    Area.PRICING_DECIDE: N_("Approve, reject and schedule prices"),
    Area.LOGISTICS: N_("See and estimate route costs"),
    Area.CUSTOMERS: N_("See everything about a customer"),
    Area.RECOMPUTE: N_("Recompute segments, churn, purchases, prices and route costs"),
    Area.MODELS: N_("See models, their accuracy and reports"),
    Area.MODELS_MANAGE: N_("Retrain, promote and roll back models"),
    Area.JOBS: N_("See jobs and their history"),
    Area.JOBS_MANAGE: N_("Run, pause and schedule jobs"),
    Area.BACKUPS: N_("Make and restore backups"),
    Area.METRICS: N_("Read metrics for monitoring"),
    Area.INBOX: N_("Read one's own inbox"),
    Area.IMPORT: N_("Import data"),
    Area.SOURCES: N_("Connect sources that rows are read from"),
    Area.DEMO: N_("Load and remove the demo company"),
    Area.COMPANY: N_("Set up the company"),
    Area.USERS: N_("Manage users and roles"),
    Area.API_KEYS: N_("Manage API keys"),
    Area.ACCOUNT: N_("Manage one's own account"),
}

SCOPES: dict[str, str] = {"read": N_("Read"), "write": N_("Write")}
