"""What a program imports: the product and its libraries, nothing of the lab and nothing of its libraries."""

import json
import subprocess
import sys

import pytest

import pulumi_applinks

OF_THE_LAB = {"werkzeug", "oauthlib", "cryptography", "hypothesis", "jwt"}
TELL = "import json, sys; print(json.dumps(sorted(sys.modules)))"


def modules_after(code: str) -> set[str]:
    """What a fresh interpreter has imported after some code."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{TELL}"], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout))


@pytest.mark.parametrize(
    "code",
    [
        "import pulumi_applinks; pulumi_applinks.ApplicationLink",
        "import pulumi_applinks; [getattr(pulumi_applinks, name) for name in pulumi_applinks.__all__]",
        "import pulumi_applinks.provider",
    ],
)
def test_a_program_imports_nothing_of_the_lab(code):
    """Neither does the provider's process; both start without werkzeug, oauthlib and cryptography."""
    found = modules_after(code)

    assert {
        name for name in found if name.startswith(("pulumi_applinks.lab", "pulumi_applinks.cli"))
    } == set()
    assert {name.partition(".")[0] for name in found} & OF_THE_LAB == set()


def test_the_package_alone_imports_nothing_else():
    """What lives in it besides the product starts without the product."""
    found = modules_after("import pulumi_applinks")

    assert {name for name in found if name.startswith("pulumi_applinks")} == {"pulumi_applinks"}
    assert "pulumi" not in found


def test_every_public_name_can_be_had():
    """By itself, in a fresh interpreter, whichever is asked for first."""
    for name in pulumi_applinks.__all__:
        assert "pulumi_applinks.inputs" in modules_after(f"import pulumi_applinks; pulumi_applinks.{name}")
