"""What a route costs: features, model, interval, reasons; and the order of its stops."""
