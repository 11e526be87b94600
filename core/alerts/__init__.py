"""What the user wants to be told: rules, who triggers them, and how they are told."""
