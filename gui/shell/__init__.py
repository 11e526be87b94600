"""The window around all pages: started, built, and wired."""
