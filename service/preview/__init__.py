"""A call's pages from its folder, for whoever writes it: no database, no workflow, no object store, nothing kept."""
