"""What the make targets run: it writes what is in ``assets/``; the app never imports it."""
