"""Documents on paper: plain structs in (`model`), PDF out (`render`)."""
