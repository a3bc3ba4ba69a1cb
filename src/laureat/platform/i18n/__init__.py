"""Two languages: content, interface catalogues, searching and sorting of Russian."""
