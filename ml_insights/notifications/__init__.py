"""What people are told: rows of an inbox that channels will drain."""
