"""The officer's commands: each reads what a person said, calls plain functions, and shows the result."""
