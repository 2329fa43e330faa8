"""The lab without what it needs."""

import subprocess
import sys

WITHOUT = """
import importlib.util
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, *more: None if name in ("werkzeug", "oauthlib") else found(name, *more)
import pulumi_applinks.lab.applications
"""


def test_what_is_missing_is_told_with_what_to_install():
    """Not the name of a module that nobody has heard of."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=False, timeout=60
    )

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "ImportError: the lab's applications need werkzeug, oauthlib: install them with `pip install 'pulumi-applinks[lab]'`"
    )
