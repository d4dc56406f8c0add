"""One torch thread for every test, as in the workers, so that results compare bit for bit."""

import pytest
import streamlit as st
import torch

torch.set_num_threads(1)


@pytest.fixture
def page_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a page without ``server/site.py``: Streamlit links only to pages of the whole app."""
    monkeypatch.setattr(st, "page_link", lambda *_, **__: None)
