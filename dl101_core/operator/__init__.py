"""The operator's page: its authentication and its content."""

from dl101_core.page_info import PageInfo

# Not a part of the course: the page exists only where the operator has set a key.
PAGE = PageInfo(
    "pages/operator/status.py",
    "Server status",
    "status",
    ":material/monitor_heart:",
    "What this server is doing, for its operator.",
    hidden=True,
)
