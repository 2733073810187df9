import { test } from "vitest";
import { claim, connectDemo, fastSimulator, openStore, orderPlaced, startEngine, untilState } from "./engine.ts";
test.each(["pglite","pglite","postgres","postgres"] as const)("%s", async (name) => {
  let t = performance.now(); const lap = (l: string) => { console.log(name, l, Math.round(performance.now() - t)); t = performance.now(); };
  const simulator = await fastSimulator(); lap("sim");
  const store = await openStore(name); lap("store");
  const engine = await startEngine({ storage: store.option(), simulator }); lap("engine");
  await connectDemo(engine); lap("connect");
  const w = await engine.startWorker(); lap("worker");
  for (let i=0;i<3;i++){ const p = await engine.messaging.publish(orderPlaced(), { claims: [claim()] }); lap("publish");
  await untilState(engine, p.intents[0]?.messageId ?? "", "read"); lap("read");}
  await w.stop(); lap("worker stop");
  await engine[Symbol.asyncDispose](); lap("engine stop");
  await store[Symbol.asyncDispose](); lap("store stop");
  await simulator[Symbol.asyncDispose](); lap("sim");
});
