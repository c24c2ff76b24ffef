/** HTML as values: what is put into a template is text, whatever it looks like, unless it is HTML itself. */
export class Html {
  constructor(readonly text: string) {}
}

/** Values that a template takes. Lists are put in one after the other; `undefined` is nothing. */
export type HtmlPart = Html | string | number | bigint | undefined | readonly HtmlPart[];

export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  return new Html(strings.map((string, index) => string + textOf(parts[index])).join(""));
}

function textOf(part: HtmlPart): string {
  if (part === undefined) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "object") return part.map(textOf).join("");
  return String(part).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** A whole page. Its policy lets it run nothing and ask nobody. `refresh`: seconds after which it loads itself again. */
export function htmlPage(title: string, body: Html, refresh?: number): string {
  const again = refresh === undefined ? undefined : html`<meta http-equiv="refresh" content="${refresh}">`;
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width">
${again}
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${new Html(STYLE)}</style>
<header><a href="/">fvm node</a>
<form action="/find"><input name="text" aria-label="Find" placeholder="epoch, message, transaction, block, address"></form>
</header>
<main><h1>${title}</h1>${body}</main>
</html>
`.text;
}

/** A table with a line for each row; rows without cells are left out. */
export function table(heads: readonly string[], rows: readonly (readonly HtmlPart[])[]): Html {
  const head = heads.length === 0 ? undefined : html`<tr>${heads.map((text) => html`<th>${text}</th>`)}</tr>`;
  const lines = rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`);
  return html`<div class="wide"><table>${head}${lines}</table></div>`;
}

/** Names and values. */
export function facts(rows: readonly (readonly [name: string, value: HtmlPart])[]): Html {
  return table(
    [],
    rows.filter(([, value]) => value !== undefined),
  );
}

/** @param title what is shown when somebody points at it. Default: nothing */
export function link(path: string, text: HtmlPart, title?: string): Html {
  const more = title === undefined ? undefined : html` title="${title}"`;
  return html`<a href="${path}"${more}>${text}</a>`;
}

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; base-uri 'none'";

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 72rem; padding: 0 1rem 3rem; }
header { display: flex; gap: 1rem; align-items: baseline; padding: 1rem 0; flex-wrap: wrap; }
header a { font-weight: 600; }
h1 { font-size: 1.25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin-top: 2rem; }
a { color: light-dark(#0550ae, #79c0ff); text-decoration: none; }
a:hover { text-decoration: underline; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { text-align: left; padding: 0.2rem 1rem 0.2rem 0; vertical-align: top; }
td:first-child { white-space: nowrap; }
td, pre { font-family: ui-monospace, monospace; font-size: 13px; }
td pre { margin: 0; }
.wide { margin-bottom: 0.5rem; }
tr:hover td { background: light-dark(#f6f8fa, #161b22); }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.bad { color: light-dark(#b31d28, #ff7b72); }
form { flex: 0 1 28rem; }
input { font: inherit; width: 100%; box-sizing: border-box; }
`;
