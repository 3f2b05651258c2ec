"""Who publishes: portal records (TOML, a file per province) and administrative units."""
