"""The plugin that the engine starts for `packages: {applinks: ./plugin}` in a Pulumi.yaml."""

from pulumi_applinks.plugin.serving import main

main()
