"""The same workers as Ray actors, on this machine or on others."""
