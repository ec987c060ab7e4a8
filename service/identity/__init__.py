"""Signing in: passwords, sessions, single-use tickets, throttling. `operations/accounts.py` puts them together."""
