-- Nobody asks for a source by its path, and members of archives have paths that are too long for an index.
DROP INDEX sources_path;
