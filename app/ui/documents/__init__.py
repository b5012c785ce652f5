"""The Documents page: collections, its views, the viewer of a document."""
