"""All modules of the pages are imported before a test replaces anything in them.

``server/startup.py`` does the same. A module first imported in a test would keep the stand-in.
"""

from __future__ import annotations

from dl101_core.curriculum import import_rooms

import_rooms()
