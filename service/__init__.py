"""The outside: pages, API, database, object store, mail, worker, command line."""
