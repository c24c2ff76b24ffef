import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { chargeCount, TRIPLE } from "../call-listing.js";
import type { Amount, ChargeSum, PageCall, PageMessage } from "../data.js";
import { counted, countText, exactGasText, gasText, plus, shareText } from "./amounts.js";
import { Block, Facts } from "./block.js";
import { EventItem } from "./events.js";
import { Rows } from "./rows.js";

/** Pixels. */
const ROW = 24;

/** All that is known of a call. */
export function CallDetails({ message, at }: { readonly message: PageMessage; readonly at: number }) {
  const call = message.calls[at];
  if (call === undefined) return null;
  const { actor, method, end, facts, params, returned, logs, events, own, total } = call;
  return (
    <section class="details" aria-label="The selected call" key={at}>
      <h2>
        {actor} <span class="method">{method}</span>
      </h2>
      <p class={`badge ${end.isOk ? "ok" : "failed"}`}>{end.text}</p>
      <Facts
        facts={[
          ...facts,
          { label: "gas, own", text: roundedText(own) },
          { label: "gas, total", text: roundedText(total) },
        ]}
      />
      <Block title="Parameters" block={params} />
      <Block title="Return data" block={returned} />
      {events.length > 0 && (
        <section>
          <h3>Events</h3>
          {events.map((place) => (
            <EventItem key={place} message={message} place={place} />
          ))}
        </section>
      )}
      {logs.length > 0 && (
        <section>
          <h3>Debug output</h3>
          <pre>{logs.join("\n")}</pre>
        </section>
      )}
      <ChargeSums call={call} strings={message.strings} />
      <Charges call={call} strings={message.strings} />
      <Blocks call={call} strings={message.strings} />
    </section>
  );
}

/** Gas as it is everywhere, rounded up, and what it is to the milligas. */
function roundedText(milligas: Amount): string {
  const [rounded, exact] = [gasText(milligas), exactGasText(milligas)];
  return rounded === exact ? rounded : `${rounded} (${exact} rounded up)`;
}

interface Part {
  readonly call: PageCall;
  readonly strings: readonly string[];
}

function ChargeSums({ call, strings }: Part) {
  const sums = call.sums
    .map((sum) => ({ sum, total: plus(sum[2], sum[3]) }))
    .sort((a, b) => Number(b.total) - Number(a.total));
  if (sums.length === 0) return null;
  const own = Number(call.own);
  const row = ({ sum: [name, count, , other], total }: { sum: ChargeSum; total: number | string }) => (
    <tr key={name}>
      <th scope="row">{strings[name]}</th>
      <td>{exactGasText(total)}</td>
      <td>{shareText(Number(total), own)}</td>
      <td>{countText(count)}</td>
      <td>{exactGasText(other)}</td>
    </tr>
  );
  return (
    <section>
      <h3>
        Gas by charge <small>own gas, without that of its calls</small>
      </h3>
      <div class="wide">
        <table class="numbers">
          <thead>
            <tr>
              {["charge", "gas", "share", "count", "of it storage"].map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{sums.map(row)}</tbody>
        </table>
      </div>
    </section>
  );
}

function Charges({ call, strings }: Part) {
  const { charges } = call;
  return (
    <LongList title="Charges in order" word="charge" count={charges.length / TRIPLE} of={chargeCount(call)}>
      {(i) => {
        const [name, compute, other] = charges.slice(i * TRIPLE) as [
          number,
          number | string,
          number | string,
        ];
        return (
          <div key={i} class="line">
            <span class="index">{i}</span>
            <span class="what">{strings[name]}</span>
            <span class="number">{exactGasText(plus(compute, other))}</span>
          </div>
        );
      }}
    </LongList>
  );
}

function Blocks({ call, strings }: Part) {
  const { blocks } = call;
  return (
    <LongList title="Blocks in order" word="block" count={blocks.length / TRIPLE}>
      {(i) => {
        const [kind, cid, bytes] = blocks.slice(i * TRIPLE) as [number, number, number];
        return (
          <div key={i} class="line">
            <span class="index">{kind === 0 ? "read" : "written"}</span>
            <span class="what" title={strings[cid]}>
              {strings[cid]}
            </span>
            <span class="number">{counted(bytes, "byte")}</span>
          </div>
        );
      }}
    </LongList>
  );
}

interface LongListProps {
  readonly title: string;
  readonly word: string;
  readonly count: number;
  /** How many there are, if not all of them are listed. */
  readonly of?: number;
  readonly children: (at: number) => ComponentChildren;
}

/** A list behind a fold, whose rows are made when it is opened. */
function LongList({ title, word, count, of = count, children }: LongListProps) {
  const box = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  if (count === 0) return null;
  const height = `${Math.min(count * ROW, 360)}px`;
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {title}{" "}
        <small>
          {count < of ? `the first ${countText(count)} of ${counted(of, word)}` : counted(of, word)}
        </small>
      </summary>
      {isOpen && (
        <Rows
          count={count}
          height={ROW}
          row={children}
          box={box}
          attributes={{ class: "long", style: { height }, tabIndex: 0, role: "region", "aria-label": title }}
        />
      )}
    </details>
  );
}
