"""Applications and an engine to try everything on, for demos and tests."""
