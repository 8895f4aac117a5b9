"""How the embedded server is set: durable, small, quiet while idle, reachable by its socket only.

Given on the command line at every start, so no file in the data directory can drift from them.
"""

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "300",
    "password_encryption": "scram-sha-256",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "wal_compression": "on",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Two processes less that would only wait.
    "max_logical_replication_workers": "0",
    "io_workers": "1",
    # The log must not become a second, unguarded place with personal data in it: no failing
    # statement, and no DETAIL line, which quotes the row that broke a constraint.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_line_prefix": "%m [%p] ",
}
