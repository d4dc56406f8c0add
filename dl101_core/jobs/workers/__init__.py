"""The processes that train: how they start, what they say, and when they hang."""
