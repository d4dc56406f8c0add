"""Filters over three colours."""
