"""Who is about to leave, and the work that keeps them: alerts from open to retained or lost."""
