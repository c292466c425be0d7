"""What the company says of its calendar reaches the forecast."""

from ml.demand.types import Calendar
from ml_insights.core.company import fixed
from ml_insights.core.company_facts import Company
from ml_insights.demand.service.compute import default_settings


def test_forecasts_know_the_weekdays_on_which_the_company_is_closed(data_dir: object) -> None:
    with fixed(Company("CLP", "CL", "America/Santiago", version=1, weekdays=(6,))):
        assert default_settings().calendar == Calendar("CL", (), (6,))
    with fixed(Company("CLP", "CL", "America/Santiago", version=1)):
        assert default_settings().calendar == "CL"
