// The query editor: CodeMirror over the plain form, which goes on working without this script.
// It stands in a shadow root, where CodeMirror's styles are constructed sheets: the site allows no inline style.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { sparql } from "@codemirror/legacy-modes/mode/sparql";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const LONGEST_LINK = 8000; // what servers and proxies take of an address
const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--code-word)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-text)" },
  { tag: tags.comment, color: "var(--ink-quiet)", fontStyle: "italic" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--code-variable)" },
  { tag: [tags.atom, tags.number, tags.literal, tags.labelName], color: "var(--code-name)" },
]);
const look = EditorView.theme({
  "&": { fontSize: "14px", minHeight: "22rem", color: "inherit", backgroundColor: "var(--bs-body-bg)" },
  ".cm-content": { caretColor: "currentColor" },
  ".cm-cursor": { borderLeftColor: "currentColor" },
  ".cm-gutters": { backgroundColor: "var(--surface)", color: "var(--ink-quiet)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "#8882" },
  "&.cm-focused": { outline: "3px solid #e0a100", outlineOffset: "-3px" },
  ".cm-tooltip": { backgroundColor: "var(--bs-body-bg)", color: "inherit", border: "1px solid var(--line)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "#114b91", color: "#fff" },
});

/** Completions of what stands before the cursor: terms and codes by prefixed name, countries by their name. */
function completer(words) {
  const options = words.terms.map(({ name, label, kind, info }) => ({
    label: name, displayLabel: name, detail: label, type: kind, info, apply: insert(words.prefixes),
  }));
  // Found by their name, written as a code: what is typed is held against the label.
  const countries = words.countries.map(({ code, name, names }) => ({
    label: `${name} ${names.join(" ")}`, displayLabel: name, detail: `country:${code}`, type: "constant", name: `country:${code}`, apply: insert(words.prefixes),
  }));
  const declarations = Object.entries(words.prefixes).map(([prefix, iri]) => ({
    label: `PREFIX ${prefix}: <${iri}>`, type: "keyword",
  }));
  const line = /^\s*(prefix\s*)?\S*$/i;
  return (context) => {
    const word = context.matchBefore(/[\p{L}\p{N}_:-]+/u);
    if (!word && !context.explicit) return null;
    const from = word ? word.from : context.pos;
    const start = context.state.doc.lineAt(from);
    const before = context.state.sliceDoc(start.from, from);
    if (context.state.sliceDoc(Math.max(0, from - 1), from).match(/[?$<"'@]/)) return null;
    const atStart = line.test(before) && /^\s*(prefix\s*)?$/i.test(before);
    return {
      from: /^\s*prefix\s+$/i.test(before) ? start.from : from,
      options: /^\s*prefix\s+$/i.test(before) ? declarations : [...options, ...countries, ...(atStart ? declarations : [])],
      validFor: /^[\p{L}\p{N}_:-]*$/u,
    };
  };
}

/** Writes a prefixed name, and declares its prefix where the query does not yet. */
function insert(prefixes) {
  return (view, completion, from, to) => {
    const name = completion.name ?? completion.label, prefix = name.split(":")[0];
    const declared = new RegExp(`prefix\\s+${prefix}:`, "i").test(view.state.doc.toString());
    const changes = [{ from, to, insert: name }];
    if (!declared && prefixes[prefix]) changes.unshift({ from: 0, insert: `PREFIX ${prefix}: <${prefixes[prefix]}>\n` });
    const moved = changes.length > 1 ? changes[0].insert.length : 0;
    view.dispatch({ changes, selection: { anchor: from + moved + name.length } });
  };
}

// A browser that overwrites a selection keeps its look by an inline style, which the site's policy blocks with a
// complaint; so the editor overwrites it. Brackets are left to closeBrackets, which puts them around the selection.
const overwrite = EditorView.domEventHandlers({
  beforeinput(event, view) {
    if (event.inputType !== "insertText" || event.data === null || event.isComposing) return false;
    if (view.state.selection.main.empty || "([{'\"".includes(event.data)) return false;
    event.preventDefault();
    view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    return true;
  },
});

/** Where a message says that the fault is: "at 3:14" or "line 3, column 14"; null where it does not say. */
export function place(message) {
  const found = /(?:error at |line )(\d+)(?::|, column )(\d+)/.exec(message);
  return found && { line: Number(found[1]), column: Number(found[2]) };
}

function start() {
  const form = document.getElementById("ask"), field = document.getElementById("query");
  if (!form || !field) return;
  const words = form.dataset, host = document.createElement("div");
  const button = form.querySelector("button.ask"), cancel = form.querySelector("button.cancel");
  const share = form.querySelector("button.share"), link = form.querySelector(".link"), state = form.querySelector(".state-of-run");
  let source = () => null, running = null;
  host.className = "editor-box";
  host.id = "editor";
  field.after(host);
  field.hidden = true;
  const root = host.attachShadow({ mode: "open" });
  const view = new EditorView({
    parent: root, root,
    state: EditorState.create({
      doc: field.value,
      extensions: [
        Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => { ask(); return true; } }])),
        overwrite, lineNumbers(), history(), drawSelection(), highlightActiveLine(), bracketMatching(), closeBrackets(), lintGutter(),
        StreamLanguage.define(sparql), syntaxHighlighting(colours), look, EditorView.lineWrapping,
        autocompletion({ override: [(context) => source(context)] }),
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap]),
        EditorView.contentAttributes.of({ "aria-label": words.label, "aria-describedby": "editor-keys", spellcheck: "false" }),
        EditorView.updateListener.of((update) => { if (update.docChanged) field.value = update.state.doc.toString(); }),
      ],
    }),
  });
  for (const one of [cancel, share, document.getElementById("editor-keys")]) one.hidden = false;
  cancel.disabled = true;
  fetch(words.words).then((answer) => answer.json()).then((known) => { source = completer(known); });

  function point(message) {
    const at = message && place(message);
    const diagnostics = [];
    if (at) {
      const line = view.state.doc.line(Math.min(Math.max(1, at.line), view.state.doc.lines));
      const from = Math.min(line.from + Math.max(0, at.column - 1), line.to);
      diagnostics.push({ from: Math.max(0, Math.min(from, view.state.doc.length - 1)), to: Math.min(from + 1, view.state.doc.length), severity: "error", message });
      view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
      view.focus();
    }
    view.dispatch(setDiagnostics(view.state, diagnostics));
  }

  async function ask() {
    if (running) return;
    const began = performance.now(), run = crypto.randomUUID(), stop = new AbortController();
    running = { run, stop };
    cancel.disabled = false;
    button.disabled = true;
    const tick = setInterval(() => { state.textContent = `${words.running} ${((performance.now() - began) / 1000).toFixed(1)} s`; }, 100);
    const result = document.getElementById("result");
    result.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action, {
        method: "POST", body: new URLSearchParams({ query: field.value, format: "table" }), signal: stop.signal,
        headers: { Accept: "text/html", "Coopkg-Run": run },
      });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("result");
      result.replaceChildren(...(fresh ? fresh.childNodes : page.querySelectorAll("main > h1, main > p")));
      point(result.querySelector(".problem")?.textContent);
      state.textContent = `${((performance.now() - began) / 1000).toFixed(2)} s`;
      result.focus({ preventScroll: false });
    } catch (fault) {
      state.textContent = fault.name === "AbortError" ? words.cancelled : words.lost;
    } finally {
      clearInterval(tick);
      running = null;
      cancel.disabled = true;
      button.disabled = false;
      result.removeAttribute("aria-busy");
    }
  }

  form.addEventListener("submit", (event) => {
    if (form.elements.format.value !== "table") return; // a file: the browser takes it as before
    event.preventDefault();
    ask();
  });
  cancel.addEventListener("click", async () => {
    if (!running) return;
    const { run, stop } = running;
    state.textContent = words.cancelling;
    await fetch(words.cancel, { method: "POST", body: new URLSearchParams({ run }) }).catch(() => null);
    stop.abort();
  });
  share.addEventListener("click", async () => {
    const address = new URL(form.action, location.href);
    address.search = new URLSearchParams({ query: field.value }).toString();
    const long = address.href.length > LONGEST_LINK;
    link.hidden = false;
    link.value = long ? words.long : address.href;
    link.select();
    if (!long) {
      await navigator.clipboard?.writeText(address.href).catch(() => null);
      window.history.replaceState(null, "", address);
    }
  });
}

start();
