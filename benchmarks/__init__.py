"""How fast links are made, read, moved and deleted, each time against something that ran beside it."""
