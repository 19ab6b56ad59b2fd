// The matrix by keyboard, and a slider through the years. Without this it is a table of links, and the years are links.
(() => {
  const view = document.getElementById("view"), slider = document.querySelector(".slider");
  let at;  // the cell that the Tab key reaches; all others are reached from it by arrow keys
  function words(link) {
    const cell = link.closest("td, th"), row = cell.parentElement, table = cell.closest("table");
    if (cell.tagName === "TH") return "";
    const member = table.tHead.rows[0].cells[cell.cellIndex].querySelector("abbr").title;
    const count = Number(link.textContent.replace(/\D/g, ""));
    const kind = view.querySelector(`[data-cell="${cell.className}"] .verdict`);
    const bases = count > 1 ? table.dataset.many.replace("{count}", count) : table.dataset.one;
    return `${member} – ${row.cells[0].textContent}: ${kind.textContent.slice(kind.querySelector("b").textContent.length)}${count ? `, ${bases}` : ""} (${link.textContent})`;
  }
  function reach(link) {
    if (at) at.tabIndex = -1;
    at = link;
    at.tabIndex = 0;
  }
  function tell(link) {
    const said = link ? words(link) : "";
    view.querySelector(".reading").textContent = said;
    if (said) link.setAttribute("aria-label", said);
  }
  function dress() {
    const table = view.querySelector("table.grid");
    if (!table) return;
    table.setAttribute("role", "grid");
    view.querySelector(".keys").hidden = view.querySelector(".reading").hidden = false;
    const found = table.querySelectorAll("tbody a");
    for (const link of found) link.tabIndex = -1;
    if (found.length) reach(found[0]);
    table.addEventListener("focusin", (event) => { if (event.target.matches("tbody a")) { reach(event.target); tell(event.target); } });
    table.addEventListener("pointerover", (event) => { const link = event.target.closest("tbody td a"); if (link) tell(link); });
    table.addEventListener("keydown", (event) => {
      const link = event.target.closest("tbody a");
      if (!link || event.altKey || event.metaKey || event.shiftKey) return;
      const rows = [...table.querySelectorAll("tbody tr:not(.group)")];
      const row = rows.indexOf(link.closest("tr")), column = link.closest("td, th").cellIndex, last = rows[0].cells.length - 1;
      const to = event.ctrlKey ? { Home: [0, 0], End: [rows.length - 1, last] }[event.key] : {
        ArrowUp: [row - 1, column], ArrowDown: [row + 1, column], ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1],
        Home: [row, 0], End: [row, last],
        PageUp: [Math.max(row - 10, 0), column], PageDown: [Math.min(row + 10, rows.length - 1), column],
      }[event.key];
      if (!to) return;
      event.preventDefault();
      const next = rows[to[0]]?.cells[to[1]]?.querySelector("a");
      next?.focus({ preventScroll: true });
      next?.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });  // a held key must not wait
    });
  }
  dress();

  const year = document.getElementById("year"), shown = slider.querySelector("output"), slid = slider.querySelector(".slid");
  let timer, asking;
  async function show() {
    const address = new URL(slider.dataset.today, location.href), wanted = year.value;
    if (wanted !== year.max) address.searchParams.set("day", `${wanted}-12-31`);
    asking?.abort();
    asking = new AbortController();
    let text;
    try {
      const answer = await fetch(address, { signal: asking.signal });
      if (!answer.ok) return location.assign(address);
      text = await answer.text();
    } catch (fault) {
      if (fault.name !== "AbortError") location.assign(address);
      return;
    }
    const fresh = new DOMParser().parseFromString(text, "text/html");
    view.replaceChildren(...fresh.getElementById("view").childNodes);
    document.getElementById("day").value = fresh.getElementById("day").value;
    const covered = [...view.querySelectorAll('[data-cell="d"], [data-cell="a"]')].reduce((sum, one) => sum + Number(one.dataset.count), 0);
    slid.textContent = slid.dataset.words.replace("{year}", wanted).replace("{covered}", covered);
    history.replaceState(null, "", address);
    at = undefined;
    dress();
  }
  slider.hidden = false;
  year.addEventListener("input", () => { shown.value = year.value; clearTimeout(timer); timer = setTimeout(show, 150); });
})();
