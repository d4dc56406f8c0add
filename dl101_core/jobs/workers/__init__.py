"""The processes that train: their start, their messages and their hangs."""
