"""What can be trained: every task behind one contract (``task.py``), listed in ``catalogue.py``."""
