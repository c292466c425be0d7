"""Cron expressions in words."""

import pytest

from ml_insights.jobs.words import in_words


@pytest.mark.parametrize(
    ("cron", "english", "spanish"),
    [
        ("* * * * *", "Every minute", "Cada minuto"),
        ("*/15 * * * *", "Every 15 minutes", "Cada 15 minutos"),
        ("5 * * * *", "Every hour, at minute 05", "Cada hora, en el minuto 05"),
        ("0 */6 * * *", "Every 6 hours, at minute 00", "Cada 6 horas, en el minuto 00"),
        ("30 1 * * *", "Every day at 01:30", "Todos los días a las 01:30"),
        ("0 8,20 * * *", "Every day at 08:00 and 20:00", "Todos los días a las 08:00 y 20:00"),
        ("0 3 * * 0", "Every Sunday at 03:00", "Cada domingo a las 03:00"),
        ("0 3 * * 1,4", "Every Monday and Thursday at 03:00", "Cada lunes y jueves a las 03:00"),
        ("0 9 * * 1-5", "Monday to Friday at 09:00", "De lunes a viernes a las 09:00"),
        ("0 2 1 * *", "On day 1 of each month at 02:00", "El día 1 de cada mes a las 02:00"),
        ("0 2 1 1,7 *", "On day 1 of January and July at 02:00", "El día 1 de enero y julio a las 02:00"),
    ],
)
def test_common_schedules_are_told_in_words(cron: str, english: str, spanish: str) -> None:
    assert (in_words(cron, "en"), in_words(cron, "es")) == (english, spanish)


@pytest.mark.parametrize(
    "cron",
    ["0-30/5 * * * *", "*/5 9-17 * * *", "0 0 1 * 1", "0 0 1-7 * *", "0 0 * jan *", "0 0 * * 1-3", "1 2,3,4,5,6 * * *"],
)
def test_others_are_shown_as_they_are(cron: str) -> None:
    assert in_words(cron, "en") == cron
