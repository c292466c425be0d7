"""What the page of jobs shows and does."""
