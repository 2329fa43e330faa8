"""Running a Pulumi program: `pulumi` from PATH, or the embedded engine."""
