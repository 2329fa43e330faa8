"""Looks the installed packages up among the known vulnerabilities: `python .ci/audit.py PYTHON`.

Ends non-zero when one is vulnerable. Without the network, or where the package index has no vulnerabilities, it says so and
ends well; pip-audit itself would call that clean.
"""

from __future__ import annotations

import json
import subprocess
import sys

NOT_AUDITED = "NOT AUDITED: "


def main(python: str) -> int:
    """The exit code."""
    command = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    folder = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603
    audit = [
        sys.executable,
        "-m",
        "pip_audit",
        "--path",
        folder,
        "--format",
        "json",
        "--progress-spinner",
        "off",
    ]
    done = subprocess.run(audit, capture_output=True, text=True, check=False)  # noqa: S603
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        print(
            f"{NOT_AUDITED}pip-audit could not run, or reached no service that knows of vulnerabilities ({last})"
        )
        return 0
    skipped = [one["name"] for one in packages if "skip_reason" in one]
    looked_up = [one for one in packages if "skip_reason" not in one]
    for one in looked_up:
        for found in one["vulns"]:
            fixed = ", ".join(found.get("fix_versions") or []) or "no version yet"
            print(f"VULNERABLE: {one['name']} {one['version']}: {found['id']}, corrected in {fixed}")
    if skipped:
        print(
            f"{NOT_AUDITED}{len(skipped)} of {len(packages)} packages are not known to the service: {', '.join(skipped)}"
        )
    print(f"audited: {len(looked_up)} of {len(packages)} packages")
    return 1 if any(one["vulns"] for one in looked_up) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
