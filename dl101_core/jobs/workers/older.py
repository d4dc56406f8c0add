"""Reads values of older versions as those of today."""

from __future__ import annotations

from typing import Any

Content = dict[str, Any]
MEASURED = ("Progress", "Evaluated", "Finished")


def modern(content: Content) -> Content:
    """``content`` of an event with the fields that it has today.

    Up to 0.3.0, loss and accuracy were fields of their own. So were the confusion and the mistakes
    of a result, because every run sorted images into ten classes. Later, the bytes of arrays were
    in ``blobs``. Raises ``LookupError`` and ``TypeError`` for values that no version wrote.
    """
    kind = content["type"]
    if "blobs" in content:
        new = dict(content)
        blobs = new.pop("blobs")
        return {**new, "arrays": [{**one, "data": blobs[one["data"]]} for one in new["arrays"]]}
    if kind not in MEASURED or "measures" in content or "loss" not in content:
        return content
    new = dict(content)
    new["measures"] = [[name, new.pop(name)] for name in ("loss", "accuracy") if name in new]
    if kind == "Finished":
        details = {name: new.pop(name) for name in ("confusion", "mistakes") if name in new}
        new["details"] = {"type": "ImageDetails", **details}
    return new
