"""The running program and its operating system: display, logs, signals, one instance, uncaught errors, upkeep."""
