"""The one loop that trains any task, what it tells, and the states from which it goes on."""
