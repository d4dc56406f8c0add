"""Convolution, cell by cell, in both directions."""
