"""What every request passes through: errors, middleware, static files, the OpenAPI document, logs."""
