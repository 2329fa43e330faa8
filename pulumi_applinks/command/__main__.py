"""`python -m pulumi_applinks.command`: the same as `applinks`."""

from pulumi_applinks.command import main

main()
