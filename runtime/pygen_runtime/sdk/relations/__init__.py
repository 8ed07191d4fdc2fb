"""Relations as attributes of an instance: the lazy objects and the descriptors that declare them."""
