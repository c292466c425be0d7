"""What the demand page shows, in small states: the series, the reorder table, the computation, the overview's card."""
