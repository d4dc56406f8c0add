"""The course: chapters and their pages. The navigation, the map on Home and the tests read it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class PageInfo:
    """``script``: its file, from the folder of the app.
    ``url``: the address below the root, empty for the default page.

    ``lesson`` names ``assets/lessons/<lesson>.md``; empty for a page that is not a lesson.
    ``hidden``: not in the menu; who wants it knows its address.
    """

    script: str
    title: str
    url: str
    icon: str
    about: str
    lesson: str = ""
    hidden: bool = False

    @property
    def path(self) -> str:
        """The file, absolute, as Streamlit wants to hear of it."""
        return str(ROOT / self.script)


HOME = PageInfo("pages/start/home.py", "Home", "", ":material/home:", "Where to start.")

# Not a part of the course: the page exists only where the operator has set a key.
STATUS = PageInfo(
    "pages/operator/status.py",
    "Server status",
    "status",
    ":material/monitor_heart:",
    "What this server is doing, for its operator.",
    hidden=True,
)

CURRICULUM: dict[str, tuple[PageInfo, ...]] = {
    "": (HOME,),
    "Convolutional networks": (
        PageInfo(
            "pages/cnn/convolution.py",
            "Convolution",
            "convolution",
            ":material/grid_on:",
            "Slide a kernel over an image and watch every product and sum.",
            "convolution",
        ),
        PageInfo(
            "pages/cnn/colour.py",
            "Colour",
            "colour",
            ":material/palette:",
            "One filter, three planes: how red, green and blue become one number.",
            "colour",
        ),
        PageInfo(
            "pages/cnn/filters.py",
            "Filters on pictures",
            "filters",
            ":material/blur_on:",
            "Blur, sharpen and find edges, in a sample or in your own picture.",
            "filters",
        ),
        PageInfo(
            "pages/cnn/pooling.py",
            "Pooling",
            "pooling",
            ":material/view_compact:",
            "Shift a picture by a pixel and see what max, average and L2 pooling keep.",
            "pooling",
        ),
        PageInfo(
            "pages/cnn/builder.py",
            "CNN builder",
            "builder",
            ":material/layers:",
            "Put layers together, see what each one costs, and train the network.",
            "builder",
        ),
        PageInfo(
            "pages/cnn/inside.py",
            "What the network sees",
            "inside",
            ":material/visibility:",
            "Maps, kernels, gradients and favourite pictures of a network, on your own drawing.",
            "inside",
        ),
        PageInfo(
            "pages/cnn/dropout.py",
            "Dropout on Fashion-MNIST",
            "dropout",
            ":material/grain:",
            "Train a net with and without dropout, and see every mask.",
            "dropout",
        ),
    ),
    "Laboratory": (
        PageInfo(
            "pages/lab/training.py",
            "Training lab",
            "training",
            ":material/monitoring:",
            "Train a real network and watch it learn.",
            "training",
        ),
        PageInfo(
            "pages/lab/draw.py",
            "Draw a digit",
            "draw",
            ":material/draw:",
            "Write a digit with mouse, pen or finger; four networks read it.",
            "draw",
        ),
    ),
}


def pages() -> tuple[PageInfo, ...]:
    """Every page in the order of the navigation."""
    return tuple(page for chapter in CURRICULUM.values() for page in chapter)


def page_at(url: str) -> PageInfo:
    """The page with the address ``url``."""
    return next(page for page in pages() if page.url == url)
