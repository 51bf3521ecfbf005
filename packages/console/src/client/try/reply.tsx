// What a function answered: status, header fields, and the body as what it is.
import type { InvokeReply } from "../../../../local/src/control/api.ts";
import { formatMilliseconds } from "../format.ts";
import { Text } from "../parts/text.tsx";

export function Reply({ of: reply }: { readonly of: InvokeReply }) {
  const { ok, status, milliseconds, headers, error } = reply;
  return (
    <div class="reply" role="status">
      <p>
        <strong class={ok ? "outcome ok" : "outcome dead"}>
          <span aria-hidden="true">{ok ? "✓ " : "✕ "}</span>
          {status ?? (ok ? "ok" : "failed")}
        </strong>{" "}
        <span class="quiet">in {formatMilliseconds(milliseconds)}</span>
      </p>
      {error !== undefined && (
        <p class="failure">
          <code>{error.code}</code> {error.message}
        </p>
      )}
      {headers !== undefined && <Headers of={headers} />}
      <Body of={reply} />
    </div>
  );
}

function Headers({ of }: { readonly of: Readonly<Record<string, string>> }) {
  return (
    <details>
      <summary>Headers</summary>
      <dl class="headers">
        {Object.entries(of).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function Body({ of: { reply, headers = {}, status } }: { readonly of: InvokeReply }) {
  if (reply === undefined || reply === "") return null;
  if (status === undefined || typeof reply !== "string")
    return <Text of={JSON.stringify(reply)} label="Reply" />;
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  const image = /^image\/[\w.+-]+/i.exec(type)?.[0];
  if (image === undefined) return <Text of={reply} label="Reply" />;
  return <img class="picture" src={dataUrl(image, reply)} alt="Reply" />;
}

/** Bytes that are not UTF-8 come as base64; an SVG is text. An image element runs no script of either. */
function dataUrl(type: string, reply: string): string {
  return reply.trimStart().startsWith("<")
    ? `data:${type},${encodeURIComponent(reply)}`
    : `data:${type};base64,${reply}`;
}
