"""What is held on persons, by room: each table's columns that name a person or hold their words, and what becomes of
them. `service/domain/personal.py` puts the rooms together."""
