"""What README and docs/ say to learners and to an operator is true."""

from __future__ import annotations

import re
import shlex
import subprocess
import tomllib
from pathlib import Path

import pytest
from PIL import Image

from dl101_core.curriculum import pages
from dl101_core.lessons import read_lesson
from dl101_core.limits import Limits
from dl101_core.operator.authenticator import check_key
from dl101_core.operator.status import limits_in_force

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
HOSTING = (ROOT / "docs" / "hosting.md").read_text("utf-8")
PAGES = (ROOT / "docs" / "pages.md").read_text("utf-8")
# Defaults that depend on the machine are described there in words.
DEPENDS = {
    "DL101_WORKERS",
    "DL101_MEMORY_MB",
    "DL101_START_METHOD",
    "DL101_UPLOADS_HELD_MB_IN_ALL",
}


def rows() -> dict[str, str]:
    """Default by variable, of all tables."""
    return dict(re.findall(r"^\| `(\w+)` \| .* \| (.*) \|$", HOSTING, re.MULTILINE))


def test_every_limit_is_listed_with_its_default() -> None:
    listed = rows()
    for limit in limits_in_force(Limits()):
        assert limit.variable in listed
        if limit.variable not in DEPENDS:
            assert float(listed[limit.variable].replace(",", "")) == limit.value, limit.variable


def test_no_variable_is_listed_that_nothing_reads() -> None:
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "dl101_core").rglob("*.py"))
    limits = {limit.variable for limit in limits_in_force(Limits())}
    assert [name for name in rows() if name not in limits and f'"{name}"' not in sources] == []


def test_the_command_that_makes_a_key_makes_a_good_one_that_only_its_owner_reads(
    tmp_path: Path,
) -> None:
    command = re.search(r"```sh\n(mkdir -p \.streamlit.*?)```", HOSTING, re.DOTALL)
    assert command
    subprocess.run(["sh", "-c", command[1]], cwd=tmp_path, check=True)
    path = tmp_path / ".streamlit" / "secrets.toml"
    assert check_key(tomllib.loads(path.read_text())["admin_key"])
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", [".streamlit/secrets.toml"])
def test_secrets_are_in_no_commit_and_in_no_image(name: str) -> None:
    assert name in (ROOT / ".gitignore").read_text().split()
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert ignored[0] == "*"
    assert not any(line in (f"!{name}", "!.streamlit") for line in ignored)
    assert not (ROOT / name).exists() or not _tracked(name)


def _tracked(name: str) -> bool:
    done = subprocess.run(
        shlex.split(f"git ls-files --error-unmatch {name}"), cwd=ROOT, capture_output=True
    )
    return done.returncode == 0


def test_it_asks_the_questions_of_the_lessons() -> None:
    lessons = [read_lesson(page.lesson) for page in pages() if page.lesson]
    told = re.findall(r"^\| ([^`|]+) \| (.*\?) \|$", PAGES, re.MULTILINE)
    assert told == [(lesson.title, lesson.question) for lesson in lessons]


def test_the_readme_is_one_screen_and_its_links_lead_to_files() -> None:
    assert len(README.splitlines()) <= 45
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert {"docs/hosting.md", "docs/pages.md", "CONTRIBUTING.md", "assets/readme.webp"} <= {*links}
    assert [link for link in links if not (ROOT / link).is_file()] == []
    for path in (ROOT / "docs").glob("*.md"):
        found = re.findall(r"\]\(([^)#:]+)\)", path.read_text("utf-8"))
        assert [link for link in found if not (path.parent / link).is_file()] == [], path.name


def test_its_picture_moves_and_is_light() -> None:
    path = ROOT / "assets" / "readme.webp"
    assert path.stat().st_size < 1_500_000
    with Image.open(path) as picture:
        assert getattr(picture, "n_frames", 1) > 10
        assert picture.width >= 800
        assert picture.info["loop"] == 0
