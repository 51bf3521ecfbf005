// What a function answered: status, header fields, and the body as what it is.
import type { InvokeReply } from "@faasade/local/control-api";
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

function Body({ of: { reply, encoding, headers = {}, status } }: { readonly of: InvokeReply }) {
  if (reply === undefined || reply === "") return null;
  if (status === undefined || typeof reply !== "string")
    return <Text of={JSON.stringify(reply)} label="Reply" />;
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  const image = /^image\/[\w.+-]+/i.exec(type)?.[0];
  if (image === undefined) return <Text of={reply} label="Reply" />;
  return <img class="picture" src={dataUrl(image, reply, encoding)} alt="Reply" />;
}

/** An SVG comes as text, other images as base64. An image element runs no script of either. */
function dataUrl(type: string, reply: string, encoding: InvokeReply["encoding"]): string {
  return encoding === "base64" ? `data:${type};base64,${reply}` : `data:${type},${encodeURIComponent(reply)}`;
}
