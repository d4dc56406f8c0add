"""Ray actors as workers: killed, protected, ended with the server, back with the cluster."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

from dl101_core.jobs.local import local_runner
from dl101_core.jobs.ray import engine as ray_engine
from dl101_core.jobs.ray.engine import RayRunner
from dl101_core.jobs.ray.launcher import LOST, RayLauncher, bridge_environment
from dl101_core.jobs.store.journal import NoJournal, open_journal
from dl101_core.limits import Limits
from tests.jobs.helpers import LONG, config, curve, looks, needs_ray, start, watch
from tests.patience import PATIENCE, wait_for

pytestmark = [needs_ray, pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")]

ROOT = Path(__file__).parents[3]
LOOPBACK = ("127.0.0.1", "::1", "::ffff:127.0.0.1")


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RayRunner]:
    """Two actors in a cluster of this machine."""
    journal = open_journal(f"sqlite:///{tmp_path_factory.mktemp('ray')}/runs.sqlite")
    runner = RayRunner(journal, Limits(workers=2, running_per_owner=8, checkpoint_every=0.05))
    watch(runner, start(runner, config()))
    yield runner
    family = cluster(runner)
    runner.close()
    assert all_gone(family)


def cluster(runner: RayRunner) -> list[psutil.Process]:
    """The bridge and all processes of its start."""
    bridge = psutil.Process(runner.pool.ray.bridge_pid)
    return [bridge, *bridge.children(recursive=True)]


def member(runner: RayRunner, name: str) -> psutil.Process:
    return next(p for p in cluster(runner) if p.cmdline()[0].endswith(name))


def all_gone(family: list[psutil.Process]) -> bool:
    _, alive = psutil.wait_procs(family, PATIENCE)
    return all(p.status() == psutil.STATUS_ZOMBIE for p in alive)


def test_a_killed_actor_leaves_no_trace_in_any_curve(runner: RayRunner) -> None:
    configs = [LONG, config("gru", epochs=10), config("cnn", epochs=6), config("mlp", seed=5)]
    ids = [start(runner, c) for c in configs]
    next(seen for seen in looks(runner, ids[0]) if len(seen) >= 5)
    victim = runner.pool.pids()[0]
    os.kill(victim, 9)
    assert [watch(runner, run_id) for run_id in ids] == [curve(c) for c in configs]
    assert victim not in runner.pool.pids()


def test_nothing_listens_beyond_this_machine(runner: RayRunner) -> None:
    ears = [
        ear.laddr.ip
        for process in cluster(runner)
        for ear in process.net_connections("inet")
        if ear.status == psutil.CONN_LISTEN
    ]
    assert len(ears) >= 4
    assert set(ears) <= set(LOOPBACK)


ASK = """
import sys
from ray._raylet import GcsClient
print(GcsClient(address=sys.argv[1]).internal_kv_keys(b"", None, 10))
"""


def ask(address: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Talk to the cluster like an unknown client."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("RAY_")}
    return subprocess.run(
        [sys.executable, "-c", ASK, address],
        env={**clean, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_cluster_speaks_to_nobody_without_the_token(runner: RayRunner) -> None:
    head = member(runner, "gcs_server")
    (port,) = {c.laddr.port for c in head.net_connections() if c.status == psutil.CONN_LISTEN}
    address, token = f"127.0.0.1:{port}", head.environ()["RAY_AUTH_TOKEN"]
    assert len(token) == 64
    assert ask(address, RAY_AUTH_MODE="token", RAY_AUTH_TOKEN=token).returncode == 0
    assert ask(address, RAY_AUTH_MODE="token", RAY_AUTH_TOKEN=token[::-1]).returncode != 0
    assert ask(address, RAY_AUTH_MODE="disabled").returncode != 0


def test_an_actor_computes_in_one_thread_and_gives_way_to_pages(runner: RayRunner) -> None:
    watch(runner, start(runner, config()))
    assert set(runner.pool.threads()) == {1}
    for pid in runner.pool.pids():
        tasks = Path(f"/proc/{pid}/task").iterdir()
        nice = [int((t / "stat").read_text().rsplit(")", 1)[1].split()[16]) for t in tasks]
        assert max(nice) == min(19, os.nice(0) + 10)


@pytest.mark.parametrize("name", ["raylet", "ray_bridge"])
def test_runs_wait_for_a_lost_cluster_and_then_go_on(runner: RayRunner, name: str) -> None:
    ids = [start(runner, LONG), start(runner, config("gru", epochs=10))]
    next(seen for seen in looks(runner, ids[0]) if len(seen) >= 5)
    family = cluster(runner)
    (family[0] if name == "ray_bridge" else member(runner, name)).kill()
    wait_for(lambda: runner.notice)
    assert "go on by themselves" in runner.notice
    assert watch(runner, ids[0]) == curve(LONG)
    assert watch(runner, ids[1]) == curve(config("gru", epochs=10))
    assert runner.notice == ""
    assert all_gone(family)


def test_an_actor_that_does_not_start_is_out_of_reach(runner: RayRunner) -> None:
    runner.pool._starts.failed("no such file")
    assert runner.notice == LOST
    runner.pool._starts.worked()
    assert runner.notice == ""


def test_a_bridge_that_ends_while_it_is_asked_is_replaced_and_said() -> None:
    launcher = RayLauncher(workers=1)
    try:
        launcher.start(1).close()
        first = launcher.bridge_pid
        assert launcher._control is not None
        launcher._control.shutdown(socket.SHUT_RDWR)  # it still runs, but receives nothing
        launcher.start(2).close()
        assert launcher.bridge_pid != first
        assert "go on by themselves" in launcher.notice
    finally:
        launcher.close()


def test_an_address_where_nobody_answers_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:9")
    runner = RayRunner(NoJournal(), Limits(workers=1))
    try:
        run_id = start(runner, config())
        wait_for(lambda: runner.notice)
        assert "out of reach" in runner.notice
        assert runner.status(run_id).state == "queued"
        family = cluster(runner)
    finally:
        runner.close()
    assert all_gone(family)


SERVER = """
from dl101_core.jobs.store.journal import NoJournal
from dl101_core.jobs.ray.engine import RayRunner
from dl101_core.limits import Limits
from tests.jobs.helpers import ENDLESS, looks, start

runner = RayRunner(NoJournal(), Limits(workers=1))
next(seen for seen in looks(runner, start(runner, ENDLESS)) if len(seen) >= 3)
print(runner.pool.ray.folder, flush=True)
time.sleep(600)
"""


def test_the_cluster_ends_with_a_killed_server() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SERVER],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        folder = Path(server.stdout.readline().strip())
        assert folder.is_dir()
        family = psutil.Process(server.pid).children(recursive=True)
        assert len(family) >= 4
        server.kill()
    assert all_gone(family)
    wait_for(lambda: not folder.exists(), "the folder of the cluster is still there")


def test_one_environment_variable_chooses_the_runner(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    chosen = object()
    monkeypatch.setattr(ray_engine, "RayRunner", lambda journal, limits: chosen)
    monkeypatch.setattr("dl101_core.jobs.local.share", lambda manager, journal, limits: manager)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("DL101_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("DL101_RUNNER", "ray")
    assert local_runner() is chosen
    monkeypatch.setenv("DL101_RUNNER", "cloud")
    with pytest.raises(ValueError, match=r"DL101_RUNNER \(='cloud'\) must be local or ray"):
        local_runner()


def test_without_ray_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ValueError, match=r"pip install -r requirements-ray\.txt"):
        RayRunner(NoJournal(), Limits(workers=1))


def test_the_environment_of_a_cluster_is_quiet_and_guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_spec("ray")
    for name in ("RAY_ADDRESS", "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"):
        monkeypatch.delenv(name, raising=False)
    ours = bridge_environment()
    assert ours["RAY_USAGE_STATS_ENABLED"] == "0"
    assert ours["RAY_AUTH_MODE"] == "token"
    assert ours["RAY_AUTH_TOKEN"] != bridge_environment()["RAY_AUTH_TOKEN"]
    monkeypatch.setenv("RAY_ADDRESS", "10.0.0.1:6379")
    monkeypatch.setenv("RAY_AUTH_TOKEN_PATH", "/run/token")
    theirs = bridge_environment()
    assert "RAY_AUTH_TOKEN" not in theirs
    assert "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER" not in theirs
