"""The JSON API: every route parses, calls one operation or one view, and answers. Described by OpenAPI at /api."""
