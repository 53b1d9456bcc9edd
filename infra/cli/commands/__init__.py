"""One command a module: `add` describes it, `run` does it and returns the exit code."""
