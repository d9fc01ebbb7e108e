"""Runs, from an order to how each organisation's ended, in plain functions; and the only code that knows Dagster.

That is `assets`, `events`, `jobs`, `looking` and `code_location`, which Dagster loads, and `launch`, which starts it.
"""
