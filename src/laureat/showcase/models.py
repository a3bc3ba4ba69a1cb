"""The showcase owns no data: it shows what other rooms have published."""
