"""The `alliance` command. Each module of this package is one subcommand, of the module's name.

A module has `add(subparsers)`, which adds its parser with `set_defaults(run=...)`; `run(arguments)` returns the exit
status. Modules import what they need when they run: the command line starts at once.
"""
