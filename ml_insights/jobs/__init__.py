"""Long work: runs with progress, heartbeat and cancellation, done in worker processes, by hand or by schedule.

A run is a row (`tables.JobRun`); `service` moves it from state to state, `runner` does the work, `run_log` keeps what
it says. A schedule is a row as well (`tables.JobSchedule`); `cron` knows when it fires, `schedules` what a firing does,
and `scheduler` sees to it, in one process at a time by a lease (`leases`).
"""
