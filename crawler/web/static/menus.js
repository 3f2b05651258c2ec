// Gives the column menus that Datasette's table.js makes the words of the page's language.
(function () {
  const table = document.querySelector(".rows-and-columns");
  if (!table) return;
  const words = {
    "dropdown-sort-asc": table.dataset.sortAsc,
    "dropdown-sort-desc": table.dataset.sortDesc,
    "dropdown-facet": table.dataset.facet,
    "dropdown-hide-column": table.dataset.hide,
    "dropdown-show-all-columns": table.dataset.show,
    "dropdown-not-blank": table.dataset.notBlank,
  };
  for (const [name, word] of Object.entries(words)) {
    const link = document.querySelector(`.dropdown-menu .${name}`);
    if (link && word) link.textContent = word;
  }
  // The gear is an SVG with a click handler: let the keyboard reach it too.
  for (const gear of document.querySelectorAll("svg.dropdown-menu-icon")) {
    gear.setAttribute("tabindex", "0");
    gear.setAttribute("role", "button");
    gear.setAttribute("aria-label", gear.closest("th").dataset.column);
    gear.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        gear.dispatchEvent(new MouseEvent("click", { bubbles: true }));
      }
    });
  }
})();
