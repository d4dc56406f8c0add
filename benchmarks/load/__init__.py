"""The load harness: a whole class of headless learners, and one real browser."""
