"""The training lab: its controls, the runs of a session, curves, results and the run book."""

from dl101_core.page_info import PageInfo

PAGES = (
    PageInfo(
        "pages/lab/training.py",
        "Training lab",
        "training",
        ":material/monitoring:",
        "Train a real network and watch it learn.",
        "training",
    ),
)
