// The search of a field pack: names of countries forgive spelling, everything else is found by the words it has, and by
// the other names of the hubs that it names.
(() => {
  const box = document.querySelector(".packsearch"), field = document.getElementById("find");
  const list = document.getElementById("found"), count = document.getElementById("count");
  // Capitals, because small letters tell a Greek sigma at the end of a word from others, and keep "ß" from being "ss".
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toUpperCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  const places = [], hubs = Object.entries(JSON.parse(box.dataset.hubs)).map(([name, names]) => [` ${fold(name)} `, fold(names.join(" "))]);
  const alsoCalled = (folded) => hubs.filter(([name]) => ` ${folded} `.includes(name)).map(([, names]) => names).join(" ");
  for (const article of document.querySelectorAll("article[id]")) {
    places.push({ id: article.id, name: article.dataset.name, text: "", names: article.dataset.names.split(" | ").map(fold) });
    article.querySelectorAll(".summary p, tbody tr, .facts li, .notes li, .empty").forEach((part, number) => {
      if (part.matches("tr") && part.querySelector("tr, li")) return;
      part.id ||= `${article.id}-place-${number}`;
      const whole = part.cloneNode(true);
      whole.querySelectorAll(".cite").forEach((cite) => cite.remove());
      const text = (part.matches("tr") ? [...whole.cells].map((cell) => cell.textContent.trim()).filter(Boolean).join(" · ") : whole.textContent).replace(/\s+/g, " ").trim();
      const folded = fold(text);
      places.push({ id: part.id, name: article.dataset.name, text, folded: `${folded} ${alsoCalled(folded)}` });
    });
  }
  // Letters to add, drop or change until one word is the other.
  function apart(one, other) {
    let row = Array.from({ length: other.length + 1 }, (_, at) => at);
    for (let at = 1; at <= one.length; at += 1) {
      const next = [at];
      for (let to = 1; to <= other.length; to += 1)
        next.push(Math.min(row[to] + 1, next[to - 1] + 1, row[to - 1] + (one[at - 1] === other[to - 1] ? 0 : 1)));
      row = next;
    }
    return row[other.length];
  }
  function fits(place, wanted, words) {
    if (!place.names) return words.every((word) => place.folded.includes(word));
    return place.names.some((name) => name.startsWith(wanted) || (wanted.length > 3 && apart(name.slice(0, wanted.length + 1), wanted) <= 2));
  }
  function search() {
    const wanted = fold(field.value), words = wanted.split(" ");
    const hits = wanted ? places.filter((place) => fits(place, wanted, words)) : [];
    list.replaceChildren(...hits.slice(0, 50).map((place) => {
      const line = document.createElement("li"), link = document.createElement("a");
      link.href = `#${place.id}`;
      link.textContent = place.text ? `${place.name}: ${place.text.slice(0, 160)}` : place.name;
      line.append(link);
      return line;
    }));
    count.textContent = !wanted ? "" : hits.length ? count.dataset.words.replace("{count}", hits.length) : count.dataset.none;
  }
  field.addEventListener("input", search);
  // A place inside a closed box is opened when a link leads to it.
  addEventListener("hashchange", () => {
    const at = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let box = at?.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    at?.scrollIntoView();
  });
  box.hidden = false;
})();
