// The event that is sent and decoded: 1 KB of JSON, with the attributes that platforms send.

export const data = {
  items: Array.from({ length: 16 }, (_, index) => ({
    id: index,
    name: `item number ${index}`,
    price: index * 1.25,
    tags: ["a", "b"],
  })),
};

/** ASCII, so that its length is its size. */
export const body = JSON.stringify(data);

/** In the binary mode of HTTP, as a Knative Broker sends it. */
export const headers = {
  "content-type": "application/json",
  "ce-specversion": "1.0",
  "ce-id": "0198f3d4-6a3b-7c11-9a70-5f0e6b8f3c21",
  "ce-source": "/orders",
  "ce-type": "dev.faasade.message",
  "ce-time": "2026-11-23T10:15:44.512Z",
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
} as const;
