"""One reader per export format. Each module has ``matches`` (is it this format?) and ``read`` (a generator)."""
