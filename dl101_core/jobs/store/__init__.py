"""What outlives the server: runs in a database, and servers that share one."""
