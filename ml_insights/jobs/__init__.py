"""Long work: runs with progress, heartbeat and cancellation, done in worker processes.

A run is a row (`tables.JobRun`); `service` moves it from state to state, `runner` does the work. The scheduler joins
here as `scheduler.py`: it takes a lease in the database, asks each `core.capability.Job` whether it is due, and calls
`service.enqueue` and `runner.start` like everybody else.
"""
