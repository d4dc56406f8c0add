"""The first page."""

from dl101_core.page_info import PageInfo

PAGE = PageInfo("pages/start/home.py", "Home", "", ":material/home:", "Where to start.")
HEADLINE = "Write a digit, then learn how a network reads it."
