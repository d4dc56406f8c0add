"""The code of the make targets, which write files of ``assets/``; the app never imports it."""
