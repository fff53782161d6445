// Placeholder of the front end.
