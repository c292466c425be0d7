"""The demo company's scores and alerts go with it; the company's own stay."""

from sqlmodel import Session, select

from ml_insights.churn import removal
from ml_insights.churn.service.raising import raise_alerts
from ml_insights.churn.service.ruling import change_rules
from ml_insights.churn.tables import ChurnAlert, ChurnAlertEvent, ChurnScore
from ml_insights.commerce.tables import Dataset
from ml_insights.core.database import transaction
from tests.integration.churn.conftest import ECONOMICS, alert_all, release, scored


def test_what_is_counted_goes_and_nothing_else(team: dict[str, int], session: Session) -> None:
    release(scored([500, 400]))
    alert_all()
    release(scored([300, 250, 10]), dataset="demo")
    with transaction() as acting:
        change_rules(acting, Dataset.DEMO, ECONOMICS, "tester")
        raise_alerts(acting, Dataset.DEMO)
    counted = removal.count(session, Dataset.DEMO)
    assert counted == {
        "churn_alerts": 2,
        "churn_releases": 1,
        "churn_settings": 1,
        "churn_scores": 3,
        "churn_alert_events": 2,
    }
    with transaction() as acting:
        assert removal.clear(acting, Dataset.DEMO) == counted
    session.rollback()
    assert not any(removal.count(session, Dataset.DEMO).values())
    for table in (ChurnAlert, ChurnAlertEvent, ChurnScore):
        assert len(session.exec(select(table)).all()) == 2
