"""Simulated applications and a Pulumi engine, for demos and tests."""
