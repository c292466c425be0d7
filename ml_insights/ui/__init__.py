"""The look of the product: template, theme, charts, tables and states that every page shares."""
