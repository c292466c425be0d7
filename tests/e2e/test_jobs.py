"""The page of jobs as an admin uses it: run, watch, pause, schedule, look back."""

import re

import pytest
from playwright.sync_api import Locator, Page, StorageState, expect

from tests.e2e.conftest import PHONE, Opener

PATIENCE_MS = 120_000
"""A worker process starts slowly on a busy machine."""
JOB = "Data refresh"


@pytest.fixture
def page(open_tab: Opener, admin: StorageState) -> Page:
    opened = open_tab(admin)
    opened.goto("/jobs")
    expect(row_of(opened)).to_be_visible()
    return opened


def row_of(page: Page) -> Locator:
    return page.get_by_role("row").filter(has_text="data-refresh")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def run_to_its_end(page: Page) -> None:
    press(page, f"Run {JOB} now")
    expect(row_of(page).get_by_role("progressbar")).to_be_visible()
    expect(row_of(page).get_by_text("Done")).to_be_visible(timeout=PATIENCE_MS)


def test_a_scheduler_leads_and_says_what_comes_next(page: Page) -> None:
    expect(page.get_by_text("Scheduler runs on")).to_be_visible()
    expect(page.get_by_text("No scheduler is running")).to_have_count(0)
    expect(row_of(page)).to_contain_text("Every hour, at minute 05")
    expect(row_of(page)).to_contain_text(re.compile(r"in \d+ (minutes?|seconds?)|in 1 hour"))


def test_a_job_is_run_now_and_watched_to_its_end(page: Page) -> None:
    run_to_its_end(page)
    page.reload()
    expect(row_of(page).get_by_text("Done")).to_be_visible()


def test_a_job_is_paused_and_resumed(page: Page) -> None:
    press(page, f"Pause {JOB}")
    expect(row_of(page).get_by_text("Paused")).to_be_visible()
    page.reload()
    expect(row_of(page).get_by_text("Paused")).to_be_visible()
    press(page, f"Resume {JOB}")
    expect(row_of(page).get_by_text("Paused")).to_have_count(0)
    expect(row_of(page)).to_contain_text(re.compile(r"in \d+ (minutes?|seconds?)|in 1 hour"))


def test_a_schedule_is_read_while_it_is_written(page: Page) -> None:
    press(page, f"Edit the schedule of {JOB}")
    form = page.get_by_role("dialog")
    expect(form.get_by_role("heading")).to_have_text(f"Schedule of {JOB}")
    form.get_by_label("Cron expression").fill("0 25 * * *")
    expect(form.get_by_role("alert")).to_contain_text("cannot be read as a schedule")
    expect(form.get_by_role("button", name="Save")).to_be_disabled()
    form.get_by_role("button", name="Every Sunday").click()
    expect(form.get_by_text("Every Sunday at 03:00")).to_be_visible()
    expect(form.get_by_role("listitem")).to_have_count(3)
    form.get_by_label("Runs that were missed").select_option("Run once as soon as possible")
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)
    expect(row_of(page)).to_contain_text("Every Sunday at 03:00")
    expect(row_of(page)).to_contain_text("Missed runs: once")
    press(page, f"Edit the schedule of {JOB}")
    form.get_by_role("button", name="Back to 5 * * * *").click()
    form.get_by_label("Runs that were missed").select_option("Leave out and wait for the next time")
    form.get_by_role("button", name="Save").click()
    expect(row_of(page)).to_contain_text("Every hour, at minute 05")


def test_the_form_is_left_with_the_keyboard(page: Page) -> None:
    opener = page.get_by_role("button", name=f"Edit the schedule of {JOB}", exact=True)
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_label("Cron expression")).to_have_value("5 * * * *")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_be_focused()


def test_history_is_filtered_and_each_run_has_its_log(page: Page) -> None:
    run_to_its_end(page)
    press(page, f"History of {JOB}")
    history = page.get_by_role("dialog")
    expect(history.get_by_role("row").nth(1)).to_contain_text("Done")
    history.get_by_role("button", name=re.compile("^Log of run")).first.click()
    expect(history.get_by_role("log")).to_contain_text("No tables of Supabase are chosen")
    history.get_by_label("Outcome").select_option("Failed")
    expect(history.get_by_text("No runs")).to_be_visible()
    history.get_by_label("Outcome").select_option("Done")
    expect(history.get_by_role("row").nth(1)).to_contain_text("Done")


def test_a_link_leads_to_a_run_and_a_phone_shows_it(open_tab: Opener, admin: StorageState) -> None:
    page = open_tab(admin, locale="es-CL", **PHONE)
    page.goto("/jobs?job=data-refresh")
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_role("heading", level=2)).to_have_text("Historial de Actualización de datos")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]
    sheet.get_by_role("button", name="Cerrar").click()
    expect(sheet).to_have_count(0)
