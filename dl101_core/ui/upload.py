"""Reading what a learner uploads, within the limits of this server."""

from __future__ import annotations

from dl101_core.limits import limits_from_environment
from dl101_core.pictures import Picture, read_upload
from dl101_core.ui.rates import count_upload


def read_picture(data: bytes) -> Picture:
    """``pictures.read_upload`` with the server's limits; raises ``BadPicture`` or ``TooOften``."""
    count_upload()
    limits = limits_from_environment()
    return read_upload(data, limits.upload_mb * 2**20, limits.upload_megapixels * 10**6)
