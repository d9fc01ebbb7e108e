"""Dagster's entry point: `dagster dev` in an installation's folder loads this."""

import os

from .messages import use
from .orchestration.code_location import build_definitions
from .settings import read_installation, read_settings

_settings = read_settings(os.environ)
_installation = read_installation(_settings.root)
use(_settings.locale or _installation.config.locale)
defs = build_definitions(_installation, _settings)
