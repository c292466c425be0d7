"""What the page of prices shows, in small states: the list, the open product, the computation."""
