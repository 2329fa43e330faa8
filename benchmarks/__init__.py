"""Measures how fast links are created, read, relocated and deleted. Each result is compared with something that ran at the same time."""
