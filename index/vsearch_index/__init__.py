"""The library on disk: a catalog in DuckDB is the truth, a FAISS index is derived from it."""
