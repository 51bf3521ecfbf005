// Preloaded into runtimes that listen on every interface and cannot say where: they listen on 127.0.0.1, and tell.
import { Server } from "node:net";

const { listen } = Server.prototype;

Server.prototype.listen = function (...args) {
  const port = typeof args[0] === "object" ? args[0].port : args[0];
  const callback = args.find((value) => typeof value === "function");
  this.once("listening", () => process.send?.({ asked: Number(port), port: this.address().port }));
  return listen.call(this, { port, host: "127.0.0.1" }, callback);
};
