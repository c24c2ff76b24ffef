import type { PageActor, PageMessage } from "../data.js";
import { countText, gasText, shareText } from "./amounts.js";
import { Block, Facts } from "./block.js";

/** The message, and its outcome. */
export function MessageHeader({ message }: { readonly message: PageMessage }) {
  const { title, origin, from, to, value, end, gasUsed, gasLimit, explanation, facts, params } = message;
  return (
    <section class="message" aria-label="The message">
      <h1>{title}</h1>
      <p class={`badge ${end.isOk ? "ok" : "failed"}`}>{end.text}</p>
      {origin !== undefined && <p class="origin">{origin}</p>}
      <div class="figures">
        <Party label="from" actor={from} />
        <span class="arrow" aria-hidden="true">
          →
        </span>
        <Party label="to" actor={to} />
        <Figure label="value" text={value} />
        <Figure
          label="gas used"
          text={`${countText(gasUsed)}, ${shareText(Number(gasUsed), Number(gasLimit))} of ${countText(gasLimit)}${beyond(message)}`}
        />
      </div>
      {explanation !== undefined && <p class="explanation">{explanation}</p>}
      <details>
        <summary>Message and receipt</summary>
        <Facts facts={facts} />
        <Block title="Parameters" block={params} />
      </details>
    </section>
  );
}

/** By how much the charges exceed the limit, if gas ran out: the last one is listed in full. */
function beyond({ calls, gasLimit }: PageMessage): string {
  const milligas = BigInt(calls[0]?.total ?? 0) - BigInt(gasLimit) * 1000n;
  return milligas > 0n ? `; the charges are ${gasText(String(milligas))} beyond the limit` : "";
}

/** An actor by its ID, with its other addresses below. */
function Party({ label, actor }: { readonly label: string; readonly actor: PageActor }) {
  return (
    <span class="figure">
      <small>{label}</small>
      <span>{actor.label}</span>
      {actor.addresses.map((address) => (
        <span key={address} class="address">
          {address}
        </span>
      ))}
    </span>
  );
}

interface FigureProps {
  readonly label: string;
  readonly text: string;
}

function Figure({ label, text }: FigureProps) {
  return (
    <span class="figure">
      <small>{label}</small>
      <span>{text}</span>
    </span>
  );
}
