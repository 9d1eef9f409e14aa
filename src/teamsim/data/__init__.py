"""Tables that travel with the package."""
