"""The program's place in the system: its files, the terminal, what each start does first."""
