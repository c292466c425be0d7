SELECT min(ordered_at), max(ordered_at) FROM order_lines WHERE dataset = :dataset
