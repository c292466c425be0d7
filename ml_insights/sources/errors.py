"""What can be wrong with a file as a whole. Nothing of it was imported."""

from ml_insights.core.errors import ProductError
from ml_insights.core.formats import day
from ml_insights.core.i18n import gettext
from ml_insights.sources.labels import who


class EmptyFile(ProductError):
    """“{file}” is empty: it has no header row. Export it again; nothing was imported."""

    status, code = 422, "empty-file"


class NoRows(ProductError):
    """“{file}” has a header but no rows. Export it again with its data; nothing was imported."""

    status, code = 422, "no-rows"


class FileTooLarge(ProductError):
    """“{file}” has {size_mb} MB and the limit is {limit_mb} MB. Split it, compress it as .csv.gz or raise
    UPLOAD_LIMIT_MB; nothing was imported."""

    status, code = 413, "file-too-large"


class CutOff(ProductError):
    """“{file}” ends in the middle of row {row}: it was cut off on its way. Copy or upload it again; nothing was
    imported."""

    status, code = 422, "cut-off"


class NotText(ProductError):
    """“{file}” is neither a text nor a workbook but a document, a picture, an archive or the like. Save it as CSV
    (UTF-8) or as .xlsx and import that; nothing was imported."""

    status, code = 422, "not-text"


class WrongEncoding(ProductError):
    """“{file}” cannot be read as {encoding}. Save it as CSV UTF-8, or name its encoding; nothing was imported."""

    status, code = 422, "wrong-encoding"


class MixedEncodings(ProductError):
    """“{file}” is written in two encodings: most of it is UTF-8, but not row {row}. Save it again as CSV UTF-8, or
    name an encoding to read all of it alike; nothing was imported."""

    status, code = 422, "mixed-encodings"


class BadSeparator(ProductError):
    """Nothing in “{file}” is separated by “{separator}”. A separator is one sign: a comma, a semicolon, a tab or a bar;
    nothing was imported."""

    status, code = 422, "bad-separator"


class BadHeaderRow(ProductError):
    """Row {row} of “{file}” cannot be the header: it is empty or too far down. Name another row, or 0 where no row is;
    nothing was imported."""

    status, code = 422, "bad-header-row"


class TooManyColumns(ProductError):
    """“{file}” has {columns} columns and a table has at most {limit}. Check its separator; nothing was imported."""

    status, code = 422, "too-many-columns"


class PasswordProtected(ProductError):
    """“{file}” has a password. Open it, save a copy without one and import that; nothing was imported."""

    status, code = 422, "password-protected"


class UnpacksTooLarge(ProductError):
    """“{file}” would unpack to {size_mb} MB or more, as no workbook does that people made. It was not opened. Save its
    sheet as CSV and import that; nothing was imported."""

    status, code = 413, "unpacks-too-large"


class WorkbookTooLarge(ProductError):
    """“{file}” takes more memory or time than there is for a workbook, as one with a stray value far below or far to
    the right of its table does. Delete what is there, or save the sheet as CSV and import that; nothing was
    imported."""

    status, code = 413, "workbook-too-large"


class BrokenWorkbook(ProductError):
    """“{file}” cannot be opened as a workbook: it is damaged, or of a kind that is not read. Open it in a spreadsheet,
    save it as .xlsx or CSV and import that; nothing was imported."""

    status, code = 422, "broken-workbook"


class UnknownSheet(ProductError):
    """“{file}” has no sheet “{sheet}” with rows. Its sheets are: {choices}."""

    status, code = 422, "unknown-sheet"


class NoSheets(ProductError):
    """“{file}” is a text, which has no sheets. Leave the sheet out; nothing was imported."""

    status, code = 422, "no-sheets"


class NoSigns(ProductError):
    """“{file}” is a workbook, which has neither an encoding nor a separator. Leave them out; nothing was imported."""

    status, code = 422, "no-signs"


class BrokenFile(ProductError):
    """“{file}” cannot be read as CSV with the separator “{separator}”: {reason}. Check its quotes and its separator;
    nothing was imported."""

    status, code = 422, "broken-file"


class UnclosedQuote(ProductError):
    """In “{file}” a value in quotes never ends. Check the quotes and the separator “{separator}”; nothing was
    imported."""

    status, code = 422, "unclosed-quote"


class MissingColumns(ProductError):
    """“{file}” has no column for {columns}. Its columns are {headers}. Say which is which, for example
    --map {example}=HEADER; nothing was imported."""

    status, code = 422, "missing-columns"


class UnknownColumn(ProductError):
    """There is no column “{column}” in {where}. Choose among {choices}."""

    status, code = 422, "unknown-column"


class HeaderTwice(ProductError):
    """“{header}” is named for {columns}, and one header feeds one column. Name another header for one of them, or
    none; nothing was imported."""

    status, code = 422, "header-twice"


class AmbiguousDates(ProductError):
    """The dates of “{file}”, such as {example}, can be day first or month first. Say which with a date format:
    {first} or {second}; nothing was imported."""

    status, code = 422, "ambiguous-dates"


class AmbiguousDecimal(ProductError):
    """The numbers of “{file}”, such as {example}, can have their decimals after the point or after the comma. Say
    which with --decimal; nothing was imported."""

    status, code = 422, "ambiguous-decimal"


class BadDateFormat(ProductError):
    """“{format}” is not a date format. Write it like %d/%m/%Y or %Y-%m-%d %H:%M."""

    status, code = 422, "bad-date-format"


class RowsRefused(ProductError):
    """Of {rows} rows {refused, plural, one {# was refused} other {# were refused}}, so nothing was imported. Mend them,
    or import the rest with --skip-bad."""

    status, code = 422, "rows-refused"


class FileMissing(ProductError):
    """There is no file “{file}”. Check the path, or upload it again; nothing was imported."""

    status, code = 404, "file-missing"


class UploadCutOff(ProductError):
    """Only {received} of {length} bytes of “{file}” arrived. Upload it again; nothing was kept."""

    status, code = 400, "upload-cut-off"


class UnknownContract(ProductError):
    """Rows of the kind “{contract}” cannot be imported. Choose among {choices}."""

    status, code = 422, "unknown-contract"


class UnknownDecision(ProductError):
    """This file puts no question called “{decision}”. Its questions are: {choices}."""

    status, code = 422, "unknown-decision"


class UnknownAnswer(ProductError):
    """“{answer}” is no answer to “{decision}”. Choose among {choices}."""

    status, code = 422, "unknown-answer"


class BadDecision(ProductError):
    """“{given}” is no answer. Write NAME=VALUE, or NAME=OPTION:MEANING where each option needs its own; nothing was
    imported."""

    status, code = 422, "bad-decision"


class ImportChanged(ProductError):
    """{who} changed this import at {at}, after you had opened it. Load the page again to see it as it is now; nothing
    was imported."""

    status, code = 409, "import-changed"


class ImportBusy(ProductError):
    """This import is being checked or written at the moment. Wait until that is over; it happens once, however often
    it is asked for."""

    status, code = 409, "import-busy"


class ImportOver(ProductError):
    """“{file}” is imported already, so nothing of it can be changed. Import the file again to read it in another
    way."""

    status, code = 409, "import-over"


class NotChecked(ProductError):
    """“{file}” has not been checked as it is read now. Check it, look at what was found, and import it then."""

    status, code = 409, "not-checked"


class DecisionsOpen(ProductError):
    """“{file}” can be read in two ways. Answer its questions first ({decisions}); nothing was imported."""

    status, code = 409, "decisions-open"


class ChangedSince(ProductError):
    """Import #{later} (“{file}”, {day}) changed {rows} of these rows. Undo that one first; nothing was changed."""

    status, code = 409, "changed-since"

    def message(self, language: str) -> str:
        """With the day as readers of the language write it."""
        told = self.values | {"day": day(self.values["day"], language)}
        return gettext(" ".join((type(self).__doc__ or "").split()), language, **told)


class UndoneAlready(ProductError):
    """{by} has undone this import already. Nothing more was changed; import the file again if you need its rows."""

    status, code = 409, "undone-already"

    def message(self, language: str) -> str:
        """With whoever did so as people call them; an address stays as it is written."""
        by = who(self.values["by"], language)
        told = self.values | {"by": by if "@" in by else by[:1].upper() + by[1:]}
        return gettext(" ".join((type(self).__doc__ or "").split()), language, **told)


class BeingWritten(ProductError):
    """This import is being written. Nothing was changed; undo it once it is done."""

    status, code = 409, "being-written"


class NothingToUndo(ProductError):
    """This import never put rows into the tables, so there is nothing to undo."""

    status, code = 409, "nothing-to-undo"


class NoRecord(ProductError):
    """This import was made by an earlier version of the product, which did not record what it changed, so it cannot be
    undone. Nothing was changed."""

    status, code = 409, "no-record"


class FromSource(ProductError):
    """These rows come from Supabase, and its next reading would bring them back. Remove them there; nothing was
    changed."""

    status, code = 409, "from-source"
