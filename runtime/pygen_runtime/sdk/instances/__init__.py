"""What one instance is: its class, its place on the wire, its properties and lists of them."""
