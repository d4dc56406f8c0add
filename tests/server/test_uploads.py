"""An upload above a limit is refused before its body is read, and with a sentence."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response

from dl101_core.limits import Limits
from dl101_core.server.uploads import FRAME, UploadQuota
from tests.server.asgi import Answer, ask, request

MB = 2**20
LIMITS = Limits(
    memory_mb=1000,
    upload_mb=10,
    uploads_held_mb=30,
    uploads_held_mb_in_all=100,
    uploads_per_minute=12,
    uploads_per_minute_in_all=20,
)


class Storage:
    """Keeps uploaded files, as Streamlit does."""

    def __init__(self) -> None:
        self.files: dict[str, dict[str, int]] = {}

    def held(self) -> dict[str, int]:
        return {session: sum(files.values()) for session, files in self.files.items()}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        *_, session, file = scope["path"].split("/")
        if scope["method"] == "PUT":
            size = len(await Request(scope, receive).body())
            self.files.setdefault(session, {})[file] = size
        elif scope["method"] == "DELETE":
            self.files.get(session, {}).pop(file, None)
        await Response(status_code=204)(scope, receive, send)


@pytest.fixture
def storage() -> Storage:
    return Storage()


@pytest.fixture
def quota(storage: Storage) -> UploadQuota:
    return UploadQuota(storage, lambda: LIMITS, storage.held, patience=0.05)


def put(session: str, file: object, size: int, told: bool = True) -> tuple[Any, list[bytes]]:
    """A request to upload ``size`` bytes; ``told``: with a Content-Length header."""
    headers = {"Content-Length": str(size)} if told else {"Transfer-Encoding": "chunked"}
    chunks = [bytes(MB)] * (size // MB) + [bytes(size % MB)]
    return request("PUT", f"/_stcore/upload_file/{session}/{file}", headers), chunks


def send(quota: UploadQuota, session: str, file: object, size: int, told: bool = True) -> Answer:
    return asyncio.run(ask(quota, *put(session, file, size, told)))


def test_sixty_large_pictures_of_one_page_leave_little_and_others_can_upload(
    quota: UploadQuota, storage: Storage
) -> None:
    answers = [send(quota, "greedy", n, 10 * MB) for n in range(60)]
    assert [answer.status for answer in answers] == [204] * 3 + [429] * 57
    assert [answer.read for answer in answers[3:]] == [0] * 57
    assert storage.held() == {"greedy": 30 * MB}
    assert send(quota, "other", 0, 10 * MB).status == 204


def test_a_refusal_is_a_sentence_that_is_marked_as_ours(quota: UploadQuota) -> None:
    for n in range(3):
        send(quota, "a", n, 10 * MB)
    refused = send(quota, "a", 3, 10 * MB)
    assert refused.headers["dl101-reason"] == "1"
    assert refused.headers["content-type"].startswith("text/plain")
    assert refused.body.decode() == (
        "This page may keep 30 MB of pictures. Remove one that you have chosen before, or load "
        "the page again."
    )


def test_a_page_that_removes_a_picture_may_send_another(
    quota: UploadQuota, storage: Storage
) -> None:
    for n in range(3):
        send(quota, "a", n, 10 * MB)
    asyncio.run(ask(quota, request("DELETE", "/_stcore/upload_file/a/0")))
    assert send(quota, "a", 3, 10 * MB).status == 204
    storage.files.clear()  # the session has ended
    assert send(quota, "a", 4, 10 * MB).status == 204


def test_all_pages_together_have_a_limit(quota: UploadQuota, storage: Storage) -> None:
    for n in range(12):
        send(quota, f"page{n}", 0, 10 * MB)
    assert sum(storage.held().values()) == 100 * MB
    refused = send(quota, "late", 0, 10 * MB)
    assert (refused.status, refused.read) == (429, 0)
    assert b"All visitors together may keep 100 MB" in refused.body


def test_uploads_that_come_side_by_side_count_from_their_beginning(
    quota: UploadQuota, storage: Storage
) -> None:
    async def go() -> list[Answer]:
        return await asyncio.gather(*(ask(quota, *put("a", n, 10 * MB)) for n in range(9)))

    answers = asyncio.run(go())
    assert sorted(answer.status for answer in answers) == [204] * 3 + [429] * 6
    assert storage.held() == {"a": 30 * MB}


@pytest.mark.parametrize("told", [True, False], ids=["told", "untold"])
def test_a_picture_that_is_too_large_is_refused_or_cut(
    quota: UploadQuota, storage: Storage, told: bool
) -> None:
    refused = send(quota, "a", 0, 50 * MB, told)
    assert refused.status == 413
    assert refused.body == b"This server takes pictures of up to 10 MB. Choose a smaller one."
    assert refused.read <= (0 if told else 10 * MB + FRAME + MB)
    assert storage.held() == {}
    assert send(quota, "a", 1, 10 * MB).status == 204  # its place is free again


def test_more_bytes_than_were_told_are_cut(quota: UploadQuota, storage: Storage) -> None:
    scope, _ = put("a", 0, 1 * MB)
    refused = asyncio.run(ask(quota, scope, [bytes(MB)] * 40))
    assert (refused.status, refused.read) == (413, 2 * MB)
    assert storage.held() == {}


@pytest.mark.parametrize("length", ["-1", "ten", "1e9", "٣", "9" * 5000, ""])
def test_a_length_that_is_none_counts_as_the_longest(
    quota: UploadQuota, storage: Storage, length: str
) -> None:
    scope = request("PUT", "/_stcore/upload_file/a/0")
    scope["headers"] = [(b"content-length", length.encode())]
    assert asyncio.run(ask(quota, scope, [b"small"])).status == 204
    assert asyncio.run(ask(quota, scope, [bytes(MB)] * 40)).status == 413


def test_small_pictures_may_come_twelve_times_a_minute(quota: UploadQuota) -> None:
    answers = [send(quota, "a", n, 10) for n in range(13)]
    assert [answer.status for answer in answers] == [204] * 12 + [429]
    assert answers[-1].body.startswith(b"This server takes 12 pictures a minute from one page")
    assert answers[-1].read == 0
    assert [send(quota, "b", n, 10).status for n in range(9)] == [204] * 8 + [429]


def test_an_upload_that_stands_still_gives_its_place_back(quota: UploadQuota) -> None:
    async def never() -> Any:
        await asyncio.Event().wait()

    async def go() -> list[int]:
        sent: list[Any] = []

        async def note(message: Any) -> None:
            sent.append(message)

        for n in range(4):
            await quota(put("a", n, 10 * MB)[0], never, note)
        return [message["status"] for message in sent if "status" in message]

    assert asyncio.run(go()) == [408] * 4


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/convolution"), ("PUT", "/_stcore/health"), ("OPTIONS", "/_stcore/upload_file/a/b")],
)
def test_other_requests_pass(quota: UploadQuota, method: str, path: str) -> None:
    assert asyncio.run(ask(quota, request(method, path))).status == 204


def test_below_a_base_path_it_is_the_same(quota: UploadQuota) -> None:
    scope, chunks = put("a", 0, 50 * MB)
    scope["path"] = f"/dl101{scope['path']}"
    assert asyncio.run(ask(quota, scope, chunks)).status == 413


def test_what_all_pages_may_keep_follows_the_memory() -> None:
    assert Limits(memory_mb=4000).uploads_held_mb_in_all == 500
    assert Limits(memory_mb=586).uploads_held_mb_in_all == 120
    assert Limits(memory_mb=586, uploads_held_mb_in_all=50).uploads_held_mb_in_all == 50
