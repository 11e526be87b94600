"""How everything looks: colours, figures, pictures, small screens."""
