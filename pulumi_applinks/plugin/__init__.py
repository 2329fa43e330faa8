"""The provider as a plugin, which the engine calls for programs in any language. It uses the same hooks as the dynamic provider.

`python -m pulumi_applinks.plugin` and the console script `pulumi-resource-applinks` serve it. A Python program declares its links with
`pulumi_applinks.packaged.ApplicationLink`.
"""
