"""`python -m core`: the command line without the window."""

from core.cli import main
from core.system.start import begin

begin()
main()
