"""Reads, one per audience: the only source of pages, API, exports and PDF. What a person may not see is not there."""
