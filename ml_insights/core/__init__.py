"""What every slice stands on: settings, database, errors, clock, security, i18n, audit, and the Capability type."""
