// Calls to functions by name: posted to the host, which knows where every function lives.
import { type ErrorCode, FunctionError } from "@faasade/core";
import type { CallDriver } from "@faasade/core/adapter";
import { postToSocket } from "../http-client.ts";

export function openCalls(socket: string, app: string): CallDriver {
  return {
    async call(name, input, { traceparent, signal }) {
      const target = name.includes("/") ? name : `${app}/${name}`;
      const token = process.env["FAASADE_PIPE_TOKEN"] ?? "";
      const reply = await postToSocket(socket, {
        path: `/call/${target}`,
        headers: { "content-type": "application/json", authorization: `Bearer ${token}`, traceparent },
        body: JSON.stringify(input ?? null),
        signal,
      });
      const text = Buffer.from(reply.body).toString("utf8");
      if (reply.status === 204) return undefined;
      const value: unknown = JSON.parse(text);
      if (reply.status === 200) return value;
      const { code = "internal", detail = `Cannot call ${target}: it answered ${reply.status}.` } = value as {
        code?: ErrorCode;
        detail?: string;
      };
      throw new FunctionError(code, detail);
    },
  };
}
