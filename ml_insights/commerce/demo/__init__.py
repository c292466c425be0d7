"""The demo company's trade: three years of orders made from a seed. docs/demo-company.md states its frozen rules.

`generate.generate(rng, end)` is pure and deterministic. Its stages draw from random streams of their own, so that a
change to one leaves the draws of the others alone:

    calendar    which days are open and how busy each is
    catalogue   what is sold, at which price on each day, and how wanted each product is on each day
    customers   who buys, how often, of what, and how soon they leave
    visits      which customer orders on which day
    baskets     what each order holds
    returns     what comes back
"""
