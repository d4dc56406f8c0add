"""Deep Learning 101: the core behind the pages; CONTRIBUTING.md shows its structure."""
