"""The only place with SQL and S3: tables, transactions, the journal, objects."""
