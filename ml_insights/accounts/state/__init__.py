"""What the pages of accounts show, and what happens on them."""
