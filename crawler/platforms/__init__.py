"""What software runs the portals: one TOML profile per CMS family."""
