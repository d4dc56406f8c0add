"""A course of eight chapters and thirty lessons, made up: most of it is not built yet."""

from __future__ import annotations

from dl101_core.home.course import Chapter, course
from dl101_core.page_info import PageInfo

CHAPTERS = {
    "Preliminaries": ("Data and splits", "Kinds of learning", "Objective functions"),
    "Linear networks": ("Linear regression", "Softmax regression", "Softmax on digits"),
    "Multi-layer perceptron": (
        "Neurons and logic",
        "Forward and backward",
        "Activations",
        "Underfitting and overfitting",
        "Initialisation and stability",
    ),
    "Convolutional networks": (
        "Convolution",
        "Colour",
        "Filters on pictures",
        "Pooling",
        "CNN builder",
        "What the network sees",
        "Dropout on Fashion-MNIST",
    ),
    "Recurrent networks": (
        "The roommate",
        "Cells",
        "Back-propagation through time",
        "Sum of three numbers",
        "Language model and perplexity",
        "Batches, steps and padding",
    ),
    "Optimisation": ("Optimizer race", "Learning rate"),
    "Laboratory": ("Training lab", "Draw a digit", "Reproduce the lecture"),
    "Classroom": ("Open a room",),
}
LONG = "What does a network need to learn well: a better network, better settings, or more data?"


def curriculum() -> dict[str, tuple[PageInfo, ...]]:
    """The pages as ``dl101_core.curriculum`` lists them; each fourth lesson asks much."""
    home = PageInfo("pages/start/home.py", "Home", "", ":material/home:", "Where to start.")
    found: dict[str, tuple[PageInfo, ...]] = {"": (home,)}
    for chapter, titles in CHAPTERS.items():
        found[chapter] = tuple(
            PageInfo(
                f"pages/{url_of(title)}.py",
                title,
                url_of(title),
                ":material/star:",
                LONG if number % 4 == 3 else f"What does {title.lower()} do?",
            )
            for number, title in enumerate(titles)
        )
    return found


def url_of(title: str) -> str:
    """The address of the lesson ``title``, as the built lessons have it."""
    built = {
        "Filters on pictures": "filters",
        "CNN builder": "builder",
        "What the network sees": "inside",
        "Dropout on Fashion-MNIST": "dropout",
        "Training lab": "training",
        "Draw a digit": "draw",
    }
    return built.get(title, title.lower().replace(" ", "-").replace(",", ""))


def chapters() -> tuple[Chapter, ...]:
    return course(curriculum())
