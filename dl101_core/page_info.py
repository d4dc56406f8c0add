"""The navigation's data of a page; each chapter lists its pages in its ``__init__``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class PageInfo:
    """``script``: its file, from the folder of the app.
    ``url``: the address below the root, empty for the default page.

    ``lesson`` names ``assets/lessons/<chapter>/<lesson>.md``; empty where there is no lesson.
    ``hidden``: not in the menu, reached by its address only.
    """

    script: str
    title: str
    url: str
    icon: str
    about: str
    lesson: str = ""
    hidden: bool = False

    @property
    def path(self) -> str:
        """The absolute path of the script, as Streamlit expects it."""
        return str(ROOT / self.script)
