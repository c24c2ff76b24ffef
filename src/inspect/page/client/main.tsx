/** The half of a page that runs in the browser. It reads the data that stands in the page and asks nobody. */
import { render } from "preact";
import type { PageData } from "../data.js";
import { App } from "./app.js";

const data: PageData = JSON.parse(document.getElementById("data")?.textContent ?? "");
document.title = data.title;
render(<App data={data} />, document.getElementById("app") as HTMLElement);
