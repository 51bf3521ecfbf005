// Preloaded into a server: its `Date` says what the test says, by messages.
const RealDate = Date;
let now;

class MovedDate extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(MovedDate.now());
    else super(...given);
  }

  static now() {
    return now ?? RealDate.now();
  }
}

globalThis.Date = MovedDate;
process.on("message", (message) => {
  now = message.now;
  process.send({ now });
});
