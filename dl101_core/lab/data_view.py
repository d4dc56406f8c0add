"""What the page shows without the data set: a download with progress, or one sentence."""

from __future__ import annotations

import streamlit as st

from dl101_core.data import DATASETS
from dl101_core.data.downloads import TOTAL_BYTES, DownloadStatus, download_status, start_download
from dl101_core.ui.fragments import fragment
from dl101_core.ui.markdown import escape_markdown

MEGA = 1e6


def data_panel(name: str, trouble: str) -> None:
    """Offer to download ``name``; ``trouble`` says why it cannot be used now."""
    status = download_status(name)
    if status is not None and status.state == "running":
        _watch(name)
        return
    failed = status is not None and status.state == "failed"
    st.warning(
        escape_markdown(status.message if status and failed else trouble),
        icon=":material/download:",
    )
    st.button(
        f"Download {DATASETS[name].title} ({TOTAL_BYTES[name] / MEGA:.0f} MB)",
        key="download",
        on_click=_start,
        args=(name,),
    )


def _start(name: str) -> None:
    start_download(name)


@fragment(run_every=0.5)
def _watch(name: str) -> None:
    status = download_status(name)
    if status is None or status.state != "running":
        st.rerun()
    else:
        _progress(status)


def _progress(status: DownloadStatus) -> None:
    received, total = status.received / MEGA, status.total / MEGA
    title = DATASETS[status.name].title
    st.progress(status.fraction, text=f"Downloading {title}: {received:.1f} of {total:.1f} MB")
