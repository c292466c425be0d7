"""Pure experiment science. Assignment, statistics, power and report figures join here with the trials capability."""
