"""Tables as files: what a list holds, for a spreadsheet or a program, written row by row and never whole in memory.

`model` says what a table is; `separated` (CSV), `objects` (JSON), `workbook` (XLSX) and `opendocument` (ODS) write one.
"""
