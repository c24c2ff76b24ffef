import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { PageData, PageMessage } from "../data.js";
import { countText } from "./amounts.js";
import { Rows, reveal } from "./rows.js";
import { occursIn } from "./search.js";
import { ThemeButton } from "./theme.js";
import { MessageView } from "./view.js";

/** Pixels. */
const ROW = 52;
/** Milliseconds without a keystroke, after which the search begins. */
const PAUSE = 120;

/** The whole page. */
export function App({ data }: { readonly data: PageData }) {
  const place = usePlace(data.messages.length);
  const [query, setQuery] = useState("");
  const [step, setStep] = useState(0);
  const message = data.messages[place];
  return (
    <>
      <header class="bar">
        <strong>{data.title}</strong>
        <Search
          onQuery={(text) => {
            setQuery(text.trim().toLowerCase());
            setStep(0);
          }}
          onStep={(by) => setStep(step + by)}
        />
        <ThemeButton />
      </header>
      <div class="body">
        {data.messages.length > 1 && <MessageList messages={data.messages} at={place} query={query} />}
        {message === undefined ? (
          <main>
            <p class="empty">There are no messages.</p>
          </main>
        ) : (
          <MessageView key={place} message={message} query={query} step={step} />
        )}
      </div>
      <footer>{data.maker}</footer>
    </>
  );
}

/** The number of the message that is shown: the one in the page's address, such as `#3`. */
function usePlace(count: number): number {
  const read = () => Math.max(0, Math.min(Math.trunc(Number(location.hash.slice(1))) || 0, count - 1));
  const [place, setPlace] = useState(read);
  useEffect(() => {
    const onChange = () => setPlace(read());
    addEventListener("hashchange", onChange);
    return () => removeEventListener("hashchange", onChange);
  }, [count]);
  return place;
}

interface SearchProps {
  readonly onQuery: (text: string) => void;
  readonly onStep: (by: number) => void;
}

function Search({ onQuery, onStep }: SearchProps) {
  const field = useRef<HTMLInputElement>(null);
  const timer = useRef(0);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "/" || event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      field.current?.focus();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  const search = (text: string, pause: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onQuery(text), pause);
  };
  return (
    <input
      ref={field}
      type="search"
      aria-label="Search"
      placeholder="Search   /"
      spellcheck={false}
      onInput={(event) => search(event.currentTarget.value, PAUSE)}
      onKeyDown={(event) => {
        if (event.key === "Enter") onStep(event.shiftKey ? -1 : 1);
        if (event.key !== "Escape") return;
        event.currentTarget.value = "";
        search("", 0);
        event.currentTarget.blur();
      }}
    />
  );
}

interface ListProps {
  readonly messages: readonly PageMessage[];
  readonly at: number;
  readonly query: string;
}

/** Messages in which nothing is found are pale. */
function MessageList({ messages, at, query }: ListProps) {
  const box = useRef<HTMLDivElement>(null);
  const found = useMemo(
    () => (query === "" ? undefined : messages.map((message) => occursIn(message, query))),
    [messages, query],
  );
  useEffect(() => reveal(box.current, at, ROW), [at]);
  const row = (i: number) => {
    const { title, origin, end, gasUsed } = messages[i] as PageMessage;
    return (
      <button
        key={i}
        type="button"
        class={found === undefined || found[i] ? "entry" : "entry pale"}
        aria-current={i === at}
        title={[title, origin, end.text].filter(Boolean).join("\n")}
        onClick={() => {
          location.hash = `${i}`;
        }}
      >
        <span>{title}</span>
        <small class={end.isOk ? "" : "failed"}>
          {i} · {end.text} · {countText(gasUsed)} gas
        </small>
      </button>
    );
  };
  return (
    <nav aria-label="Messages">
      <Rows count={messages.length} height={ROW} row={row} box={box} attributes={{ class: "scroll" }} />
    </nav>
  );
}
