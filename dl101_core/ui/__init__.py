"""What all pages share: the frame of a lesson, fields and their address, client-side parts."""
