"""The provider as a plugin of its own, which the engine calls for programs in any language: over the same hooks as the dynamic provider.

`python -m pulumi_applinks.plugin` and the console script `pulumi-resource-applinks` serve it. A program in Python declares its links with
`pulumi_applinks.packaged.ApplicationLink`.
"""
