"""Dropout: one net with and without it, and its masks."""
