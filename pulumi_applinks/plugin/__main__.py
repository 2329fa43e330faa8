"""`python -m pulumi_applinks.plugin`: serve the provider to the engine that starts it."""

from pulumi_applinks.plugin.serving import main

main()
