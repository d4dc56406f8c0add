"""Images in ten classes: what the training lab trains."""
