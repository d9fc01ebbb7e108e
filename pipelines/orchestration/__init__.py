"""The only code that knows Dagster, over plain functions."""
