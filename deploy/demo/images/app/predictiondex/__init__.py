"""The demonstration application: invented creatures, their battles, and a model of who wins."""
