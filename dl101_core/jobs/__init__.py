"""Background training: pages ask a ``Runner``; a ``LocalRunner`` trains in worker processes."""
