// Reads one JSON object a line, {secret, headers, body, at}, and answers each with the message or why the package
// `standardwebhooks` refuses it. `at` is the receiver's clock, in ms: messages of tests are of other days.
const { Webhook } = require("standardwebhooks");
const lines = require("fs").readFileSync(0, "utf8").split("\n").filter((line) => line !== "");

for (const line of lines) {
  const { secret, headers, body, at } = JSON.parse(line);
  Date.now = () => at;
  try {
    console.log(JSON.stringify({ message: new Webhook(secret).verify(body, headers) }));
  } catch (error) {
    console.log(JSON.stringify({ refused: error.message }));
  }
}
