"""The CNN builder."""
