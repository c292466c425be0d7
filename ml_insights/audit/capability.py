"""What the audit slice brings to the product."""

from ml_insights.core.capability import Capability, Check

CAPABILITY = Capability(
    name="audit",
    commands=("ml_insights.audit.cli:add_commands",),
    command_names=("audit",),
    checks=(Check(name="Figures", run="ml_insights.audit.checks:figures", asked_by="audit"),),
)
