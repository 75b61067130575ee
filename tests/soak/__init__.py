"""Makes and removes instances of templates for a long time, while programs are killed and lists of keys get lost."""
