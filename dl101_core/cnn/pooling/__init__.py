"""Pooling, cell by cell."""
