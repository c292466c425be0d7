"""An admin makes a backup, looks at it, takes it away, and puts it back."""

import re
import zipfile

from playwright.sync_api import StorageState, expect

from tests.e2e.conftest import Opener


def test_a_backup_is_made_verified_downloaded_and_restored(admin: StorageState, open_tab: Opener) -> None:
    page = open_tab(admin)
    page.goto("/backups")
    page.get_by_role("button", name="Back up now").first.click()
    expect(page.get_by_text("The backup is made and checked.")).to_be_visible(timeout=60_000)
    row = page.get_by_role("region", name="Backups").get_by_role("row").nth(1)
    expect(row).to_contain_text("Whole")
    row.get_by_role("button", name=re.compile("^Verify")).click()
    expect(page.get_by_text(re.compile(r"ml-insights-.*\.zip is whole\."))).to_be_visible()
    with page.expect_download() as downloading:
        row.get_by_role("link", name=re.compile("^Download")).click()
    with zipfile.ZipFile(downloading.value.path()) as archive:
        assert {"manifest.json", "database.sqlite"} <= set(archive.namelist())
    row.get_by_role("button", name=re.compile("^Restore")).click()
    restore = page.get_by_role("button", name="Restore", exact=True)
    expect(restore).to_be_disabled()
    page.get_by_label("Type RESTORE to confirm").fill("restore")
    restore.click()
    expect(page.get_by_text(re.compile("^Restored"))).to_be_visible(timeout=60_000)
    expect(page.get_by_role("region", name="Backups").get_by_role("row")).to_have_count(3)  # and the state before
