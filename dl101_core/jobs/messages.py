"""The messages to learners about runs that wait, pause or have failed."""

from __future__ import annotations

AWAY = "Paused because nobody was looking; it goes on when somebody opens it."
INTERRUPTED = "Its server had stopped; it goes on from where it was last saved."
CUT_OFF = (
    "The server that trains this run cannot be heard at the moment: what you see may be behind."
)
NO_ROOM = (
    "The disk of the server is full: what was saved of this run can be seen, and it goes on by "
    "itself when there is room again."
)
STILL_STARTING = (
    "The process that trains is still starting. On a slow computer this takes up to a minute, and "
    "your run then begins by itself. You can also stop it."
)
YIELDED = (
    "It made room for a learner elsewhere, because many of the runs here come from your network. "
    "It goes on by itself."
)
OUTSIDE = (
    "The line is full, so it waits outside and comes back by itself when there is room: "
    "keep this page open."
)
OUTSIDE_SHARED = (
    "The line is full, and many of its runs come from your network, so this one made room for a "
    "learner elsewhere. It comes back by itself when there is room: keep this page open."
)
UNBEGUN = "Stopped before it began."
UNSOUND = (
    "Its saved state is damaged, and it cannot begin anew, because its learning rate was changed "
    "on the way. Start it again with these settings."
)
KILLED = (
    "The computer ended this training several times, probably for lack of memory: "
    "choose a smaller network or a smaller batch."
)


def capped(per_owner: int) -> str:
    """The run waits for the learner's own runs."""
    if per_owner == 1:
        return "Your runs train one at a time now: it waits for yours before it."
    return f"At most {per_owner} of your runs train at a time now: it waits for one of them."


def no_workers(reason: str) -> str:
    """Training processes do not start; ``reason``: the system's message, or empty."""
    why = f": {reason}" if reason else ""
    return (
        f"Training cannot begin on this server, because no training process starts{why}. "
        "It is tried again every few seconds, and your run begins by itself as soon as one starts. "
        "You can also stop it. The log of the server tells its operator more."
    )


def crowded(memory_mb: int) -> str:
    return f"It waits for memory: this server may use {memory_mb:,} MB in all."


def too_many(unfinished: int) -> str:
    return (
        f"You have {unfinished} runs that are not finished, as many as one learner may have here. "
        "Wait for one, or stop one."
    )


def line_is_full(waiting: int, seconds: float) -> str:
    return (
        f"{waiting} runs wait already, as many as this server keeps in line. "
        f"Try again in about {duration(seconds)}."
    )


def time_is_up(max_seconds: float) -> str:
    return (
        f"Stopped after {duration(max_seconds)} of computing, the most that one run has here. "
        "Choose fewer epochs, fewer images or a smaller network."
    )


def hung(hang_seconds: float) -> str:
    return (
        f"This training stood still for {duration(hang_seconds)} several times, "
        "so it was given up. Choose a smaller network or a smaller batch."
    )


def welcome_back(step: int) -> str:
    where = f"paused at step {step:,}" if step else "waited"
    return f"It {where} while nobody watched, and goes on now."


def duration(seconds: float) -> str:
    """``8 s``, ``3 min``: short, and no more exact than an estimate is."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min"
