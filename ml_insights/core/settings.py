"""One Settings class: every knob of the product, read from the environment and from `.env`."""

from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings of one installation. Each field is an environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    data_dir: Path = Field(
        default=Path("data"), description="Folder for the database, model files, uploads and snapshots."
    )
    database_url: str = Field(default="", description="SQLAlchemy URL; empty means SQLite inside DATA_DIR.")
    redis_url: str = Field(default="", description="Redis for page state; needed with more than one worker.")
    secret_key: SecretStr = Field(
        default=SecretStr(""),
        description="Encrypts stored credentials; empty means a key generated once inside DATA_DIR.",
    )
    public_url: str = Field(
        default="http://localhost:3000", description="Address that people open; links and cookies use it."
    )
    port: int = Field(default=3000, description="Port of the site and the API.")
    timezone: str = Field(default="America/Santiago", description="Zone of naive times and of the calendar day.")
    country: str = Field(default="CL", description="ISO 3166 code; chooses the public holidays.")
    currency: str = Field(default="CLP", description="ISO 4217 code of every amount of money.")
    language: str = Field(default="en", description="Language (en or es) where the reader has not said, e.g. in logs.")
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR.")
    log_format: str = Field(default="text", description="text or json.")
    workers: int = Field(default=2, description="Processes that heavy jobs may use.")
    job_minutes: dict[str, int] = Field(
        default_factory=dict,
        description='Minutes after which a job is ended, where not as it declares: JSON such as {"retrain": 600}.',
    )
    keep_days: dict[str, int] = Field(
        default_factory=dict,
        description="Days after which old rows are removed, where not as declared; 0 keeps them for ever: "
        'JSON such as {"runs": 90}.',
    )
    dask_scheduler_address: str = Field(
        default="", description="Dask scheduler that heavy fits are sent to; empty means this machine's own processes."
    )
    scheduler: bool = Field(
        default=True, description="Whether the site runs due jobs; off where `scheduler` runs as a process of its own."
    )
    backup_dir: Path | None = Field(default=None, description="Folder for backups; empty means DATA_DIR/backups.")
    backup_keep: int = Field(default=14, description="How many backups are kept; older ones are deleted.")
    backup_bucket: str = Field(
        default="", description="Supabase Storage bucket that backups are also copied to; empty means none."
    )
    churn_capacity: int = Field(
        default=20,
        ge=0,
        description="Most churn alerts per run where nobody has set it on the page: what a team can work.",
    )
    demo_months: int = Field(
        default=3,
        ge=0,
        le=12,
        description="Months that the demo company's models and people have been at work when it is made; 0 for none.",
    )
    session_hours: int = Field(default=24 * 7, description="How long a sign-in lasts.")
    lockout_attempts: int = Field(default=5, description="Wrong passwords in a row before an account is locked.")
    lockout_minutes: int = Field(default=15, description="How long a locked account stays locked.")
    rate_limit: str = Field(default="3000/minute", description="API calls allowed per key, session or address.")
    upload_limit_mb: int = Field(default=1024, description="Largest file that can be imported.")
    supabase_url: str = Field(default="", description="Supabase project address; empty means no Supabase.")
    supabase_service_key: SecretStr = Field(
        default=SecretStr(""), description="Service key that reads the mapped tables."
    )
    supabase_anon_key: SecretStr = Field(
        default=SecretStr(""), description="Public key, for sign-in with Supabase Auth."
    )
    supabase_auth: bool = Field(
        default=False, description="Sign people in with Supabase Auth instead of local passwords."
    )
    supabase_mapping: Path | None = Field(
        default=None,
        description="JSON file that maps our columns to Supabase tables and columns; see docs/supabase.md.",
    )
    supabase_timeout_seconds: float = Field(default=10.0, description="How long to wait for one answer of Supabase.")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        ZoneInfo(value)
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The business zone."""
        return ZoneInfo(self.timezone)

    @property
    def url(self) -> str:
        """SQLAlchemy URL of the database, with a driver that is installed."""
        if not self.database_url:
            return f"sqlite:///{self.data_dir / 'ml_insights.db'}"
        for scheme in ("postgres://", "postgresql://"):
            if self.database_url.startswith(scheme):
                return "postgresql+psycopg://" + self.database_url.removeprefix(scheme)
        return self.database_url


@lru_cache
def settings() -> Settings:
    """The installation's settings, read once per process."""
    return Settings()
