"""Load tests: what clients that mean harm can cost a server."""
