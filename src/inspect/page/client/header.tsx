import type { PageActor, PageMessage } from "../data.js";
import { countText, shareText } from "./amounts.js";
import { Block, Facts } from "./block.js";

/** What a message is, and what became of it. */
export function MessageHeader({ message }: { readonly message: PageMessage }) {
  const { title, from, to, value, end, gasUsed, gasLimit, explanation, facts, params, returned } = message;
  const [used, limit] = [Number(gasUsed), Number(gasLimit)];
  return (
    <section class="message" aria-label="The message">
      <h1>{title}</h1>
      <p class={`badge ${end.isOk ? "ok" : "failed"}`}>{end.text}</p>
      <div class="figures">
        <Party label="from" actor={from} />
        <span class="arrow" aria-hidden="true">
          →
        </span>
        <Party label="to" actor={to} />
        <Figure label="value" text={value ?? "0 FIL"} />
        <Figure label="gas used" text={countText(gasUsed)} />
        <Figure label="of the limit" text={shareText(used, limit)} title={`${countText(gasLimit)} gas`} />
      </div>
      {explanation !== undefined && <p class="explanation">{explanation}</p>}
      <details>
        <summary>Message and receipt</summary>
        <div class="columns">
          <div>
            <h3>From</h3>
            <Facts facts={from.facts} />
            <h3>To</h3>
            <Facts facts={to.facts} />
          </div>
          <Facts facts={facts} />
        </div>
        <Block title="Parameters" block={params} />
        <Block title="Return data" block={returned} />
      </details>
    </section>
  );
}

function Party({ label, actor }: { readonly label: string; readonly actor: PageActor }) {
  return <Figure label={label} text={actor.label} title={actor.facts.map(({ text }) => text).join("\n")} />;
}

interface FigureProps {
  readonly label: string;
  readonly text: string;
  readonly title?: string;
}

function Figure({ label, text, title }: FigureProps) {
  return (
    <span class="figure" {...(title !== undefined && { title })}>
      <small>{label}</small>
      <span>{text}</span>
    </span>
  );
}
