import { useState } from "preact/hooks";
import type { PageMessage, PageStateActor, PageStateRow } from "../data.js";
import { counted } from "./amounts.js";

/** Rows of an actor that are shown at first, and added at a time. */
const STEP = 200;

interface Props {
  readonly message: PageMessage;
  readonly query: string;
}

/** Changes by the message, actor by actor. */
export function StateChanges({ message, query }: Props) {
  const { state } = message;
  if (state === undefined) return <p class="empty">What the message changed is not part of this page.</p>;
  if (state.length === 0) return <p class="empty">The message changed nothing.</p>;
  const found = stateMatches(state, query);
  return (
    <div class="scroll">
      <p class="note">
        {query === ""
          ? counted(state.length, "actor")
          : `${found.length} of ${counted(state.length, "actor")}`}
      </p>
      {found.map(({ actor, rows }) => (
        <ActorChanges key={actor.actor} actor={actor} rows={rows} />
      ))}
    </div>
  );
}

function ActorChanges({
  actor,
  rows,
}: {
  readonly actor: PageStateActor;
  readonly rows: readonly PageStateRow[];
}) {
  const [limit, setLimit] = useState(STEP);
  return (
    <details class="changes" open>
      <summary>
        <span class="actor">{actor.actor}</span> <span class={`badge ${actor.kind}`}>{actor.kind}</span>
      </summary>
      {rows.length > 0 && (
        <div class="wide">
          <table>
            <thead>
              <tr>
                {["field", "before", "after", "difference"].map((title) => (
                  <th key={title} scope="col">
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, limit).map(({ field, before, after, delta }, i) => (
                <tr key={i}>
                  <th scope="row">{field}</th>
                  <td class="before">{before}</td>
                  <td class="after">{after}</td>
                  <td>{delta}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {rows.length > limit && (
        <button type="button" onClick={() => setLimit(limit + STEP)}>
          {rows.length - limit} more
        </button>
      )}
    </details>
  );
}

/** Actors in which a text occurs, with the rows in which it does; all rows if it is in the actor's name. */
export function stateMatches(state: readonly PageStateActor[], query: string) {
  return state.flatMap((actor) => {
    const isNamed = actor.actor.toLowerCase().includes(query);
    const rows = isNamed ? actor.rows : actor.rows.filter((row) => textOf(row).includes(query));
    return isNamed || rows.length > 0 ? [{ actor, rows }] : [];
  });
}

function textOf({ field, before = "", after = "", delta = "" }: PageStateRow): string {
  return `${field}\n${before}\n${after}\n${delta}`.toLowerCase();
}
