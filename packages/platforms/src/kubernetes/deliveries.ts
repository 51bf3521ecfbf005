// What keeps the events of objects until they are handled: queues beside the app's own.

/** The resource's name: `DELIVERIES_URL` says where they are. */
export const deliveries = "deliveries";
