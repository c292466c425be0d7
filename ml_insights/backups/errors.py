"""What can go wrong with backups. None of it touches the data that is there, nor any earlier backup."""

from ml_insights.core.errors import ProductError


class BackupNotWritten(ProductError):
    """The backup could not be written to {folder} ({reason}). Nothing half-written was left, and earlier backups are
    untouched. Free some space, or name another folder in BACKUP_DIR."""

    status, code = 507, "backup-not-written"


class NotABackup(ProductError):
    """{name} is no whole backup of this product: it was cut off, or is another kind of file. Nothing was changed;
    choose another backup."""

    status, code = 422, "not-a-backup"


class ChangedBackup(ProductError):
    """{name} was changed or damaged after it was made (at {member}). Nothing was changed here; choose another
    backup."""

    status, code = 422, "changed-backup"


class NewerBackup(ProductError):
    """{name} was made by a newer version of this product ({product}, revision {revision}). Update this installation,
    then restore; nothing was changed."""

    status, code = 409, "newer-backup"


class OtherDatabase(ProductError):
    """{name} holds a {made} database, but this installation uses {here}. Set DATABASE_URL to a {made} database and
    restore there; nothing was changed."""

    status, code = 409, "other-database"


class JobsUnderWay(ProductError):
    """Work is under way ({jobs}), which a restore would cut in two. Wait for it to end or cancel it, then restore;
    nothing was changed."""

    status, code = 409, "jobs-under-way"


class RestoreUnderWay(ProductError):
    """Another restore is under way. Wait for it to end; this one changed nothing."""

    status, code = 409, "restore-under-way"


class DatabaseBusy(ProductError):
    """The database was in use for too long ({reason}), so nothing was restored and nothing was changed. Stop what
    uses it, then try again."""

    status, code = 503, "database-busy"


class RestoreFailed(ProductError):
    """The backup could not be put in place ({reason}). The former state is intact; nothing was changed."""

    status, code = 500, "restore-failed"


class BucketFailed(ProductError):
    """The bucket {bucket} could not be used ({reason}). The backups in the folder on this machine are whole. Check
    BACKUP_BUCKET, SUPABASE_URL and SUPABASE_SERVICE_KEY."""

    status, code = 502, "bucket-failed"
