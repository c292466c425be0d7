"""What the page of likely buyers shows, in small states: figures and list, customers, the open customer, the run."""
