"""`python -m core`: the command line without the window."""

from core.cli import main

main()
