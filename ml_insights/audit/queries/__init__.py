"""What pages show, read as they read it, and what the rows say, read otherwise."""
