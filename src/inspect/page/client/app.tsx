import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { PageData, PageMessage } from "../data.js";
import { countText } from "./amounts.js";
import { Rows, reveal } from "./rows.js";
import { type Find, Finds } from "./search.js";
import { ThemeButton } from "./theme.js";
import { MessageView } from "./view.js";

/** Pixels. */
const ROW = 52;
/** Milliseconds without a keystroke, after which the search begins. */
const PAUSE = 120;

/** The whole page. */
export function App({ data: { title, maker, messages } }: { readonly data: PageData }) {
  const [place, setPlace] = usePlace(messages.length);
  const [finds, setFinds] = useState(() => new Finds(messages, ""));
  const [last, setLast] = useState<Find>({ message: place, at: 0 });
  // Another message begins with its first find.
  const find = useMemo(() => (last.message === place ? last : { message: place, at: 0 }), [last, place]);
  const message = messages[place];
  const goTo = (next: Find) => {
    setLast(next);
    if (next.message !== place) setPlace(next.message);
  };
  const search = (text: string): Finds => {
    const found = new Finds(messages, text.trim().toLowerCase());
    setFinds(found);
    setLast({ message: place, at: 0 });
    return found;
  };
  return (
    <>
      <header class="bar">
        <strong>{title}</strong>
        <output class="finds">{message && finds.text(find)}</output>
        <Search
          onQuery={search}
          onStep={(by) => goTo(finds.next(find, by))}
          onEnter={(text) => {
            const found = search(text);
            if (!found.messages[place]) goTo(found.next({ message: place, at: 0 }, 1));
          }}
        />
        <ThemeButton />
      </header>
      <div class="body">
        {messages.length > 1 && <MessageList messages={messages} at={place} finds={finds} />}
        {message === undefined ? (
          <main>
            <p class="empty">There are no messages.</p>
          </main>
        ) : (
          <MessageView key={place} message={message} query={finds.query} find={find} />
        )}
      </div>
      <footer>{maker}</footer>
    </>
  );
}

/** The number of the message that is shown, which is in the page's address, such as `#3`; and what sets it. */
function usePlace(count: number): [place: number, setPlace: (place: number) => void] {
  const read = () => Math.max(0, Math.min(Math.trunc(Number(location.hash.slice(1))) || 0, count - 1));
  const [place, setPlace] = useState(read);
  useEffect(() => {
    const onChange = () => setPlace(read());
    addEventListener("hashchange", onChange);
    return () => removeEventListener("hashchange", onChange);
  }, [count]);
  const go = (to: number) => {
    location.hash = `${to}`;
    setPlace(to);
  };
  return [place, go];
}

interface SearchProps {
  readonly onQuery: (text: string) => void;
  /** Called instead if Enter ends the typing. */
  readonly onEnter: (text: string) => void;
  readonly onStep: (by: 1 | -1) => void;
}

function Search({ onQuery, onEnter, onStep }: SearchProps) {
  const field = useRef<HTMLInputElement>(null);
  /** Timer of a search that has not begun. */
  const timer = useRef<number | undefined>(undefined);
  // The timer may end after another message is shown.
  const begin = useRef(onQuery);
  begin.current = onQuery;
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
    timer.current = setTimeout(() => {
      timer.current = undefined;
      begin.current(text);
    }, pause);
  };
  const enter = (text: string, by: 1 | -1) => {
    if (timer.current === undefined) return onStep(by);
    clearTimeout(timer.current);
    timer.current = undefined;
    onEnter(text);
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
        if (event.key === "Enter") enter(event.currentTarget.value, event.shiftKey ? -1 : 1);
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
  readonly finds: Finds;
}

/** Messages in which nothing is found are pale. */
function MessageList({ messages, at, finds }: ListProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => reveal(box.current, at, ROW), [at]);
  const row = (i: number) => {
    const { title, origin, end, gasUsed } = messages[i] as PageMessage;
    return (
      <button
        key={i}
        type="button"
        class={finds.query === "" || finds.messages[i] ? "entry" : "entry pale"}
        aria-current={i === at}
        title={[title, origin, end.text].filter(Boolean).join("\n")}
        onClick={() => {
          location.hash = `${i}`;
        }}
      >
        <span>{title}</span>
        <small class={end.isOk ? "" : "failed"}>
          {i} · {countText(gasUsed)} gas · {end.text}
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
