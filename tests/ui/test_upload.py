"""Uploads on the page keep to the server's limits."""

from __future__ import annotations

import pytest

from dl101_core.pictures import BadPicture
from dl101_core.ui.upload import read_picture
from tests.hostile_pictures import encoded, jpeg, noise


def test_a_small_picture_is_read() -> None:
    assert read_picture(jpeg(40, 20)).shape == (20, 40, 3)


def test_the_servers_limits_are_kept_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DL101_UPLOAD_MEGAPIXELS", "1")
    with pytest.raises(BadPicture, match="at most 1 million can be read here"):
        read_picture(jpeg(1001, 1000))
    monkeypatch.setenv("DL101_UPLOAD_MB", "1")
    with pytest.raises(BadPicture, match="more than 1 MB"):
        read_picture(encoded(noise(700, 700), "BMP"))
