"""The harness's headless session against the running app: it sees what a browser would."""

from __future__ import annotations

from benchmarks.load import controls, drawers, lab
from benchmarks.load.client import SETTINGS, Session
from dl101_core.cnn.convolution.compute import ConvConfig
from dl101_core.cnn.patterns import PICTURES
from tests.e2e.conftest import run


async def change(session: Session, key: str, value: object, config: ConvConfig) -> controls.Answer:
    answered = session.expect(lambda s: controls.shows(config, s))
    sent = await session.set(key, value)
    return controls.Answer(config, await answered - sent, controls.shown_data(session))


def test_a_changed_control_brings_the_right_numbers_and_stands_in_the_address(app_url: str) -> None:
    async def visit() -> None:
        session = Session(app_url, "convolution", SETTINGS)
        await session.open()
        assert controls.wrong(controls.Answer(ConvConfig(), 0, controls.shown_data(session))) == ""
        answer = await change(session, "kernel_size", 5.0, ConvConfig(kernel_size=5))
        assert controls.wrong(answer) == ""
        assert "kernel_size=5" in session.query.split("&")
        other = ConvConfig(kernel_size=5, image=list(PICTURES)[1])
        assert "image differs" in controls.wrong(controls.Answer(other, 0, answer.data))
        # Back again: the server names the message that the session has kept.
        answer = await change(session, "kernel_size", 3.0, ConvConfig())
        assert controls.wrong(answer) == ""
        assert "kernel_size" not in session.query
        assert session.missed == 0
        await session.close()

    run(visit())


def test_a_session_that_lost_its_connection_comes_back_to_its_settings(app_url: str) -> None:
    async def visit() -> None:
        session = Session(app_url, "convolution", SETTINGS)
        await session.open()
        await change(session, "stride", 2.0, ConvConfig(stride=2))
        known = session.session_id
        await session.drop()
        await session.reconnect()
        assert session.session_id == known
        assert controls.shows(ConvConfig(stride=2), session)
        await session.close()

    run(visit())


def test_a_run_in_the_lab_brings_the_curve_of_the_same_run_alone(app_url: str) -> None:
    task = lab.Task("softmax", 500, seed=3, epochs=2)

    async def learn() -> lab.Lab:
        (one,) = await lab.train_together(app_url, [task], seed=1)
        return one

    one = run(learn())
    assert one.finished, one.outcome
    assert one.torn == 0
    assert one.curve == lab.curve_alone(task)


def test_route_and_page_answer_a_drawing_as_the_networks_do(app_url: str) -> None:
    async def draw() -> list[drawers.Reading]:
        session = Session(app_url, "draw")
        await session.open()
        pad = drawers.Pad(session)
        strokes = drawers.drawn_digits()[0]
        painted = session.expect(lambda _: '"seq": 1' in drawers.bars(session))
        took = await pad.send(strokes)
        found = [drawers.Reading(strokes, took, pad.answer)]
        await painted
        found.append(drawers.Reading(strokes, took, drawers.bars(session)))
        pad.put_away()
        await session.close()
        return found

    by_route, by_page = run(draw())
    assert [drawers.wrong(one) for one in (by_route, by_page)] == ["", ""]
    other = drawers.Reading([[[10, 10], [200, 10]]], 0, by_route.data)
    assert drawers.wrong(other) != ""
