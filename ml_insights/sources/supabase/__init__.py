"""Rows from Supabase: what is mapped to what, how it is fetched, and what stands in while it is away."""
