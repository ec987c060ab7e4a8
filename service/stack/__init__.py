"""The real servers of one machine, run from their wheels under one data folder: PostgreSQL, Temporal, S3."""
