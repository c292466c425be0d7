"""The first page: what each capability wants its reader to know."""
