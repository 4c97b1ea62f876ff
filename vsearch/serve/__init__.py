"""The HTTP interface: what a library holds and finds, for other programs and for pages."""
