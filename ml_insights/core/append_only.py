"""Tables whose rows the database itself refuses to change or to delete, whoever asks.

Triggers, because a rule that only our own code keeps is no rule for somebody with a database shell. They do not fire
on TRUNCATE or DROP, which a restore uses.
"""

from sqlalchemy import DDL, Table, event

DIALECTS = ("sqlite", "postgresql")
ALWAYS = "1 = 1"


def protect(table: Table, *, keep_while: str = ALWAYS, allow_update: bool = False) -> None:
    """Have `create_all` protect `table`. Migrations execute `protection` themselves.

    keep_while: SQL condition on OLD under which a row must stay. allow_update: rows may change, but not go.
    """
    for dialect in DIALECTS:
        for statement in protection(dialect, table.name, keep_while, allow_update):
            event.listen(table, "after_create", DDL(statement).execute_if(dialect=dialect))


def protection(dialect: str, table: str, keep_while: str = ALWAYS, allow_update: bool = False) -> list[str]:
    """The statements that protect `table`. Migrations call this: what it gives for the same arguments must not change.

    dialect: "sqlite" or "postgresql". Raises KeyError for another.
    """
    conditions = {"DELETE": keep_while} if allow_update else {"DELETE": keep_while, "UPDATE": ALWAYS}
    make = {"sqlite": _sqlite, "postgresql": _postgresql}[dialect]
    return [statement for act, condition in conditions.items() for statement in make(table, act, condition)]


def removal(dialect: str, table: str) -> list[str]:
    """The statements that remove what is left of a protection once its table is dropped."""
    if dialect != "postgresql":
        return []
    return [f"DROP FUNCTION IF EXISTS {table}_refuse_{act}()" for act in ("delete", "update")]


def _sqlite(table: str, act: str, condition: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_refuse_{act.lower()} BEFORE {act} ON {table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    ]


def _postgresql(table: str, act: str, condition: str) -> list[str]:
    name = f"{table}_refuse_{act.lower()}"
    kept = "OLD" if act == "DELETE" else "NEW"
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN "
        f"IF {condition} THEN RAISE EXCEPTION '{table} is append-only'; END IF; RETURN {kept}; END $body$",
        f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]
