"""Dropout on Fashion-MNIST."""
