"""What the window's parts share: theme, pictures, figures in words, errors, shortcuts."""
