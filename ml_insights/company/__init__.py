"""What the company is: its currency, country, zone and closing days, as an admin sets them up."""
