"""Commands of the EHR: load -> decide -> append. The only callers of the store's writes."""
