"""What clients that mean harm can cost a server, and what they get of it without the right to it."""
