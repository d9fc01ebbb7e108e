"""`python -m pipelines` is `parvis`."""

from .cli import main

main()
