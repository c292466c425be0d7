"""Where rows come from: files and Supabase."""
