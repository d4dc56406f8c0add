"""The one loop that trains any task, its events, and the states from which it resumes."""
