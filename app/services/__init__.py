"""The services behind routes, pages and the command line: traces, pictures, networks, explanations, jobs, storage."""
