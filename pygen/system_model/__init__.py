"""The system model that every CDF project has, as data: what the local server holds from the start, and files may refer to."""
