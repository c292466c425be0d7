"""What the page of routes shows and does."""
