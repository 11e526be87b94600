"""The program's dealings with the system: files, the terminal, what happens at every start."""
