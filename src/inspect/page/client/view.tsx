import { useEffect, useMemo, useState } from "preact/hooks";
import type { PageMessage } from "../data.js";
import { CallTree } from "./call-tree.js";
import { CallDetails } from "./details.js";
import { Events, eventMatches } from "./events.js";
import { Flame } from "./flame.js";
import { MessageHeader } from "./header.js";
import { callsOf, type Find } from "./search.js";
import { StateChanges, stateMatches } from "./state.js";

const TABS = ["Calls", "Gas", "State", "Events"] as const;
type Tab = (typeof TABS)[number];

interface Props {
  readonly message: PageMessage;
  /** In lower case. */
  readonly query: string;
  /** The find that is shown; a new one with each step. */
  readonly find: Find;
}

/** A message, in four views. */
export function MessageView({ message, query, find }: Props) {
  const calls = callsOf(message);
  const [tab, setTab] = useState<Tab>(() => firstTab(message, query));
  const [folded, setFolded] = useState<ReadonlySet<number>>(() => calls.foldedAtFirst());
  const [selected, setSelected] = useState(() => calls.interesting());
  const matches = useMemo(() => (query === "" ? [] : calls.matches(query)), [calls, query]);
  const matchSet = useMemo(() => new Set(matches), [matches]);

  const select = (at: number) => {
    setSelected(at);
    const above = calls.above(at);
    if (above.some((place) => folded.has(place))) {
      setFolded(new Set([...folded].filter((place) => !above.includes(place))));
    }
  };
  const show = (at: number) => {
    setTab("Calls");
    select(at);
  };
  const fold = (at: number, isFolded: boolean) => {
    const next = new Set(folded);
    if (isFolded) next.add(at);
    else next.delete(at);
    setFolded(next);
    // The selection stays in sight.
    if (isFolded && selected > at && selected < (calls.end[at] as number)) setSelected(at);
  };
  // The call that was selected first may be within a folded one.
  useEffect(() => select(selected), []);
  useEffect(() => {
    const found = matches[find.at];
    if (found !== undefined) select(found);
  }, [matches, find]);

  const counts: Record<Tab, number | undefined> = {
    Calls: query === "" ? calls.count : matches.length,
    Gas: undefined,
    State: message.state && (query === "" ? message.state : stateMatches(message.state, query)).length,
    Events: query === "" ? message.events.length : eventMatches(message.events, query).length,
  };
  return (
    <main>
      <MessageHeader message={message} />
      <Tabs tab={tab} counts={counts} onTab={setTab} />
      <section class="tab" role="tabpanel" id="panel" aria-labelledby={`tab-${tab}`}>
        {tab === "Calls" && (
          <>
            <div class="calls">
              <div class="tools">
                <button type="button" onClick={() => setFolded(new Set())}>
                  Unfold all
                </button>
                <button
                  type="button"
                  onClick={() => {
                    setFolded(calls.foldedFrom(0));
                    setSelected(0);
                  }}
                >
                  Fold all
                </button>
                <span class="status" />
                <span class="number own">own gas</span>
                <span class="number total">total gas</span>
              </div>
              {calls.count === 0 ? (
                <p class="empty">The message was refused before it could make a call.</p>
              ) : (
                <CallTree
                  calls={calls}
                  folded={folded}
                  selected={selected}
                  matches={matchSet}
                  onSelect={select}
                  onFold={fold}
                />
              )}
              <Omitted message={message} />
            </div>
            <CallDetails message={message} at={selected} />
          </>
        )}
        {tab === "Gas" && <Flame message={message} query={query} onCall={show} />}
        {tab === "State" && <StateChanges message={message} query={query} />}
        {tab === "Events" && <Events message={message} query={query} onCall={show} />}
      </section>
    </main>
  );
}

interface TabsProps {
  readonly tab: Tab;
  readonly counts: Readonly<Record<Tab, number | undefined>>;
  readonly onTab: (tab: Tab) => void;
}

function Tabs({ tab, counts, onTab }: TabsProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0) return;
    const to = TABS[modulo(TABS.indexOf(tab) + by, TABS.length)] as Tab;
    onTab(to);
    document.getElementById(`tab-${to}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label="Views" onKeyDown={onKeyDown}>
      {TABS.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`tab-${name}`}
          aria-selected={name === tab}
          aria-controls="panel"
          tabIndex={name === tab ? 0 : -1}
          onClick={() => onTab(name)}
        >
          {name} {counts[name] !== undefined && <small>{counts[name]?.toLocaleString("en-US")}</small>}
        </button>
      ))}
    </div>
  );
}

function Omitted({ message: { omitted } }: { readonly message: PageMessage }) {
  const parts = Object.entries(omitted).filter(([, count]) => count > 0);
  if (parts.length === 0) return null;
  const list = parts.map(([what, count]) => `${count.toLocaleString("en-US")} ${what}`).join(", ");
  return <p class="note">Too many to list one by one: {list}. Their gas is in all sums.</p>;
}

/** Where the find is that led to the message. */
function firstTab(message: PageMessage, query: string): Tab {
  const isInCall = query === "" || callsOf(message).matches(query).length > 0;
  return !isInCall && stateMatches(message.state ?? [], query).length > 0 ? "State" : "Calls";
}

/** Never negative. */
function modulo(a: number, b: number): number {
  return ((a % b) + b) % b;
}
