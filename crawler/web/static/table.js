// Datasette's table.js reads this global; its own page sets it in an inline script.
window.DATASETTE_ALLOW_FACET = true;
