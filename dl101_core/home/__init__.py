"""The first page."""

from dl101_core.page_info import PageInfo

PAGE = PageInfo("pages/start/home.py", "Home", "", ":material/home:", "Where to start.")
