"""Atlassian application links as code: a Pulumi dynamic provider."""
