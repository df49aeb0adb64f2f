"""The suite: step definitions, the binding of a run to a target, and the `ocpi-conformance` command."""
