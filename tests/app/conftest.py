"""All parts of the pages are imported before a test replaces anything in them.

As ``server/startup.py`` does: a part that is first imported in a test would keep the stand-in.
"""

from __future__ import annotations

import importlib
import pkgutil

import dl101_core.ui

for module in pkgutil.iter_modules(dl101_core.ui.__path__):
    importlib.import_module(f"dl101_core.ui.{module.name}")
