"""What billing decides: fees, charges, claims. Pure."""
