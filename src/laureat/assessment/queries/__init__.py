"""The only place that reads for pages."""
