"""The command line: each command is its options, one call into the library, and a report."""
