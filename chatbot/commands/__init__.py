"""The commands of the terminal, one module each; heavy rooms are imported when a command runs, not before."""
