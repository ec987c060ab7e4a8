"""The process as code: deterministic, no I/O; asks the outside through declared activities."""
