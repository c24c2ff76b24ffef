import type { Fact, PageBlock } from "../data.js";

/** Labels with their texts. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl class="facts">
      {facts.map(({ label, text }, i) => [
        <dt key={`${i} label`}>{label}</dt>,
        <dd key={`${i} text`}>{text}</dd>,
      ])}
    </dl>
  );
}

/** Parameters or return data: decoded, and the bytes behind a fold. */
export function Block({ title, block }: { readonly title: string; readonly block: PageBlock | undefined }) {
  if (block === undefined) return null;
  const { about, text, hex } = block;
  return (
    <section>
      <h3>
        {title} <small>{about}</small>
      </h3>
      {text !== undefined && <pre>{text}</pre>}
      {text === undefined ? (
        <pre class="hex">{hex}</pre>
      ) : (
        <details>
          <summary>Bytes</summary>
          <pre class="hex">{hex}</pre>
        </details>
      )}
    </section>
  );
}
