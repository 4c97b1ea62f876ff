"""A new plugin as a package that works: written from templates, for its author to change."""
