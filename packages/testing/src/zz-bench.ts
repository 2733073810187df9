import { createServer } from "node:http";
import { Pool } from "undici";
import { startGraphSimulator, demoAccount, demoSeed } from "/work/main/packages/testing/src/index.ts";
const updatesPerPost = Number(process.argv[2] ?? 1);
let posts = 0;
const receiver = createServer((req, res) => {
  const u = new URL(req.url!, "http://x");
  if (req.method === "GET") { res.end(u.searchParams.get("hub.challenge")); return; }
  req.resume(); req.on("end", () => { posts++; res.end(); });
}).listen(0, "127.0.0.1");
await new Promise((r) => receiver.once("listening", r));
const seed = demoSeed(); seed.numbers![0]!.messagesPerSecond = 1_000_000;
await using sim = await startGraphSimulator({ seed, limitPairs: false, webhooks: { updatesPerPost, connections: 16 } });
await sim.setCallback(demoAccount.app.id, { url: `http://127.0.0.1:${(receiver.address() as any).port}/h`, verifyToken: "t" });
const pool = new Pool(sim.url, { connections: 32 });
const N = 10000;
const names = ["customer_name", "order_code", "shop_name", "order_total"];
let next = 0; const t0 = performance.now();
await Promise.all(Array.from({ length: 32 }, async () => {
  while (next < N) { const i = next++;
    const r = await pool.request({ method: "POST", path: `/v25.0/${demoAccount.number.id}/messages`, headers: { authorization: `Bearer ${demoAccount.token.value}`, "content-type": "application/json" }, body: JSON.stringify({ messaging_product: "whatsapp", to: `+1650555${1000 + (i % 2000)}`, type: "template", biz_opaque_callback_data: "v1." + i, template: { name: "order_confirmation", language: { code: "en" }, components: [{ type: "body", parameters: names.map((n) => ({ type: "text", parameter_name: n, text: "x" + n })) }] } }) });
    if (r.statusCode !== 200) console.log(await r.body.text()); else await r.body.dump(); }
}));
const t1 = performance.now(); console.log("accepted/s", Math.round(N / ((t1 - t0) / 1000)));
await sim.until((s) => s.counts.statuses === 3 * N && s.counts.webhooksUnderWay === 0, { withinMs: 120000 });
const t2 = performance.now(); console.log("all statuses after", Math.round(t2 - t0), "ms; posts", posts, "msgs/s end to end", Math.round(N / ((t2 - t0) / 1000)), "rss", Math.round(process.memoryUsage().rss / 1e6));
await pool.close(); receiver.close(); receiver.closeAllConnections();
