"""The views of the Explore page, one module each: ``show(dataset)`` draws it."""
